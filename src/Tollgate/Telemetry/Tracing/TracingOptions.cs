namespace Tollgate.Telemetry.Tracing;

/// <summary>
/// What the gateway's spans look like. Whether there are any is for whoever listens to the activity source
/// <see cref="SourceName"/>. Registered in the services before <c>AddTollgate</c>, it takes the place of the environment's.
/// </summary>
public sealed record TracingOptions
{
    /// <summary>Name of the activity source.</summary>
    public const string SourceName = "Tollgate";

    /// <summary>Characters of content that one attribute may hold when nothing else is said.</summary>
    public const int DefaultMaxContent = 32 * 1024;

    /// <summary>Which names attributes have.</summary>
    public TracingConvention Convention { get; init; }

    /// <summary>What users wrote is put on spans. Off by default.</summary>
    public bool Inputs { get; init; }

    /// <summary>What models answered is put on spans. Off by default.</summary>
    public bool Outputs { get; init; }

    /// <summary>Inline images, sounds and documents in what users wrote are put on spans, up to <see cref="MaxMedia"/>. Off by default: then their type alone.</summary>
    public bool Media { get; init; }

    /// <summary>Characters of base64 that a medium may have to be kept; a longer one is left out whole.</summary>
    public int MaxMedia { get; init; } = 32_000;

    /// <summary>Characters of content that one attribute may hold. What is longer is cut.</summary>
    public int MaxContent { get; init; } = DefaultMaxContent;
}

/// <summary>Whose names the attributes of an attempt's span have.</summary>
public enum TracingConvention
{
    /// <summary>OpenTelemetry's conventions for generative AI (<see href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/"/>).</summary>
    GenAI,

    /// <summary>OpenInference (<see href="https://github.com/Arize-ai/openinference/tree/main/spec"/>), which Phoenix and others read.</summary>
    OpenInference,
}
