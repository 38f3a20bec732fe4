using Tollgate.Protocols;

namespace Tollgate.Pipeline;

/// <summary>How a stream of each operation says that it is whole.</summary>
internal static class EndMark
{
    /// <summary>True for operations whose streams have an end mark, so that its absence means something.</summary>
    internal static bool Needed(Operation operation) =>
        operation == Operations.Chat || operation == Operations.Completions || operation == Operations.Messages || operation == Operations.Responses;

    /// <summary>For an answer that has said why it finished and lacks only the mark.</summary>
    internal static ReadOnlySpan<byte> Of(Operation operation) => operation.Family == ApiFamily.Anthropic
        ? "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8
        : operation == Operations.Responses ? default : "data: [DONE]\n\n"u8;
}
