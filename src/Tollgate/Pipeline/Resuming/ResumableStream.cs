using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Pipeline.Resuming;

/// <summary>A client's stream that outlives the attempt it began with.</summary>
internal sealed class ResumableStream(ClientStream client)
{
    private Farewell _farewell;

    internal ClientStream Client { get; } = client;

    internal Transcript Transcript { get; } = new();

    /// <summary>Writes to the client; null while the provider's own bytes are relayed.</summary>
    internal EventWriter? Writer { get; set; }

    /// <summary>The first break, which is told when nobody goes on: later ones are about going on.</summary>
    internal AttemptOutcome? Fault { get; private set; }

    /// <summary>What broken attempts said that they had used.</summary>
    internal TokenUsage Usage { get; set; }

    internal bool CanGoOn => Transcript.CanGoOn;

    /// <summary>Null when the model does not resume, or this answer could not be gone on with: several at once, or one that follows a schema.</summary>
    internal static ResumableStream? Open(GatewayRequest request, TransferPlan plan, ClientStream client)
    {
        if (plan.Backend?.Policy.Resumes != true || DialectSet.Client(request.Operation) is not { } dialect) return null;
        try
        {
            request.Chat ??= dialect.ReadRequest(request.Body);
        }
        catch (ChatFormatException)
        {
            return null; // whatever it is, the provider understands it
        }

        return request.Chat is { Output: null, Count: null or 1 } ? new ResumableStream(client) : null;
    }

    /// <summary>Whoever made the attempt may go on with another one.</summary>
    /// <param name="outcome">How it broke.</param>
    /// <param name="farewell">What the provider said of it.</param>
    internal AttemptOutcome Break(AttemptOutcome outcome, Farewell farewell)
    {
        if (Fault is null) (Fault, _farewell) = (outcome, farewell);
        return outcome with { Broken = this };
    }

    /// <summary>Nobody goes on: the client is told of the first break.</summary>
    internal async ValueTask FailAsync()
    {
        var fault = Fault!;
        if (_farewell.Frame is { } frame) Client.Write(frame);
        else if (Writer is not null) Writer.Write(_farewell.Error ?? TranslatedAnswer.ErrorOf(fault), Client);
        else Client.Tell(fault);
        await Client.FlushAsync().ConfigureAwait(false);
    }
}
