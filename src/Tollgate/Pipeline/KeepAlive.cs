using Tollgate.Configuration;
using Tollgate.Protocols;

namespace Tollgate.Pipeline;

/// <summary>What a client is told while a provider thinks, so that nobody between the two takes the connection for dead.</summary>
internal static class KeepAlive
{
    /// <summary>What a stream is kept alive with; null: it is not.</summary>
    internal static KeepAliveConfig? For(GatewayRequest request, TransferPlan plan) =>
        plan.Backend?.Policy.KeepAlive is { IsOn: true } settings && EndMark.Needed(request.Operation) ? settings : null;

    /// <summary>Between two events: Anthropic's own heartbeat, else a comment, which every reader of events passes over.</summary>
    internal static ReadOnlySpan<byte> Of(Operation operation) =>
        operation.Family == ApiFamily.Anthropic ? "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8 : Comment;

    /// <summary>Before the first event: nothing that a reader could take for one out of its turn.</summary>
    internal static ReadOnlySpan<byte> Comment => ": keep-alive\n\n"u8;
}
