using System.Diagnostics;
using Tollgate.Pipeline;
using Tollgate.Protocols;

namespace Tollgate.Telemetry.Tracing;

/// <summary>The names that a public convention gives to what is known of an attempt. Called for spans that are recorded only.</summary>
internal abstract class SpanConvention
{
    internal static SpanConvention Create(TracingOptions options) => options.Convention switch
    {
        TracingConvention.OpenInference => new OpenInferenceConvention(options),
        _ => new GenAIConvention(options),
    };

    /// <summary>Adds to the span of the request.</summary>
    internal virtual void Describe(Activity server)
    {
    }

    /// <summary>Adds what is asked.</summary>
    /// <param name="span">The attempt's.</param>
    /// <param name="operation">See <see cref="SpanOperation"/>.</param>
    /// <param name="request">Its body is the client's, and whole.</param>
    /// <param name="plan">How it is asked.</param>
    internal abstract void Begin(Activity span, string operation, GatewayRequest request, TransferPlan plan);

    /// <summary>Adds what came of it, for answers that began well.</summary>
    /// <param name="span">The attempt's.</param>
    /// <param name="request">Its record says what the provider named.</param>
    /// <param name="usage">What this attempt used.</param>
    /// <param name="firstToken">From the attempt's beginning to the first content of a stream.</param>
    internal abstract void End(Activity span, GatewayRequest request, in TokenUsage usage, TimeSpan? firstToken);

    private protected static void Number(Activity span, string name, long? value)
    {
        if (value is { } number) span.AddTag(name, Boxed.Of(number));
    }
}
