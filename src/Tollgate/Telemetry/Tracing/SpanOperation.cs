using Tollgate.Protocols;

namespace Tollgate.Telemetry.Tracing;

/// <summary>What an operation is called on spans. Where the conventions for generative AI have a word for it, that one.</summary>
internal static class SpanOperation
{
    private static readonly string?[] Names = [.. Operations.All.Select(Name)];

    /// <summary>The value of <c>gen_ai.operation.name</c>; null for operations that ask no model, such as files.</summary>
    internal static string? Of(Operation operation) => Names[operation.Index];

    private static string? Name(Operation operation) => operation switch
    {
        _ when operation == Operations.Messages || operation == Operations.Responses => "chat",
        _ when operation == Operations.Completions => "text_completion",
        _ when operation == Operations.Realtime => operation.MetricName,
        { Body: BodyKind.Opaque } => null,
        _ => operation.MetricName,
    };
}
