using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Chat;
using Tollgate.Routing;

namespace Tollgate.Pipeline.Resuming;

/// <summary>
/// Plans an attempt that goes on with a broken answer. Where the provider completes a half-written answer (prefill), it is given that as its own
/// last turn; else the conversation is told anew, with what was already said and the request to go on from there.
/// </summary>
internal static class ContinuationPlan
{
    private const string GoOn = "The connection broke while you were answering, and everything you wrote above has reached me. Continue that answer exactly where it stops: "
        + "your next character follows its last one. Repeat nothing, do not start over, and say nothing about this interruption.";

    // Nobody counts tokens here; four characters are one in English, and with less left than this an answer cannot end well.
    private const int CharactersOfToken = 4;
    private const long FewestTokens = 16;

    /// <summary>Null when the backend cannot be asked in this way.</summary>
    internal static TransferPlan? Build(GatewayRequest request, Backend backend, ResumableStream stream, bool prefill)
    {
        if (backend.Provider.Upstream is not { } upstream) return null;
        var chat = request.Chat!;
        if (prefill && (chat.Reasoning?.Enabled == true || !upstream.TakesPrefill(backend.Model ?? request.AskedModel))) return null;
        var said = stream.Transcript.Text;
        var continued = chat with
        {
            Turns = prefill ? [.. chat.Turns, Said(said.TrimEnd())] : [.. chat.Turns, Said(said), new Turn(Role.User, [new TextPart(GoOn)])],
            MaxTokens = chat.MaxTokens is { } most ? Math.Max(FewestTokens, most - (said.Length / CharactersOfToken)) : null,
        };
        return TranslatePlan.Build(request, backend, DialectSet.Client(request.Operation)!, continued).Plan is { Pending: null } plan
            ? (plan with { Continues = new Continuation(stream, prefill) }).Held(mayRetry: false)
            : null;
    }

    private static Turn Said(string text) => new(Role.Assistant, [new TextPart(text)]);
}
