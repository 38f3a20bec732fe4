using Tollgate.Metering;

namespace Tollgate.Pipeline;

/// <summary>Two attempts at once: the second one's state lives on a pooled request of its own, the twin.</summary>
internal sealed partial class GatewayRequest
{
    /// <summary>Set while another attempt at the same request may run beside this one.</summary>
    internal HedgeRace? Race { get; set; }

    /// <summary>Fires when the client leaves, and when the other one of two attempts answers it.</summary>
    internal CancellationToken GivenUp => Race is null ? Context.RequestAborted : Clock.Token;

    /// <summary>True when this attempt may answer the client. To be asked before anything of its answer is put on the client's response.</summary>
    internal bool Claim() => Race is null || Race.TryClaim(this);

    /// <summary>Makes this the twin of a request: the same question, and everything that an attempt changes for itself.</summary>
    internal void Join(GatewayRequest other)
    {
        Begin(other.Context, other.Model, other.Operation, other.Time, other.Record.RequestId);
        StartTimestamp = other.StartTimestamp;
        (Body, BodyModel, WantsStream) = (other.Body, other.BodyModel, other.WantsStream);
        (Client, Affinity, Captured) = (other.Client, other.Affinity, other.Captured);
        (Chat, Asked) = (other.Chat, other.Asked);
        Fetched = other.Fetched is { } fetched ? new(fetched) : null;
        (Trace, Ticket) = (other.Trace?.Fork(), other.Ticket);
        if (other.LimitsIfAny is { } limits) Limits.Join(limits);
        Record.Join(other.Record);
        UseOwn();
    }

    /// <summary>The twin ends. What it still sends is the other one's body, which then is the collector's.</summary>
    internal void Leave(GatewayRequest other)
    {
        if (Sending is { InFlight: true }) other._body = null;
        Reset();
    }
}
