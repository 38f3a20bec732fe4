using System.Collections.Immutable;
using Tollgate.Metering.Costs;
using Tollgate.Protocols;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// A line of the ledger: what one call to a provider used. A request has one for its answer, and one more for every call that failed
/// before and yet had used something. <see cref="Id"/> and <see cref="Part"/> are unique, so that writing a line twice changes nothing.
/// </summary>
public sealed record UsageEntry
{
    private LineDraft _values = new();

    /// <summary>All of it. The gateway fills entries again that a store has given back; nobody else can change one.</summary>
    internal ref LineDraft Values => ref _values;

    /// <summary>Made by the gateway, unlike <see cref="RequestId"/>, which a caller may choose: nobody pays once for two requests.</summary>
    public required Guid Id { get => _values.Id; init => _values.Id = value; }

    /// <summary>0 for the answer, then 1, 2, … for the calls that failed before it.</summary>
    public int Part { get => _values.Part; init => _values.Part = value; }

    /// <summary>1 for the answer, 0 for the others: the sum over lines is the number of requests.</summary>
    public long Requests => Part == 0 ? 1 : 0;

    /// <summary>The request's id as the client was told it.</summary>
    public required string RequestId { get => _values.RequestId; init => _values.RequestId = value; }

    /// <summary>When it arrived, in UTC.</summary>
    public required DateTimeOffset Start { get => _values.Start; init => _values.Start = value; }

    /// <summary>From arrival to the end.</summary>
    public TimeSpan Duration { get => _values.Duration; init => _values.Duration = value; }

    /// <summary>Name of the operation, such as <c>chat</c>.</summary>
    public string Operation { get => _values.Operation; init => _values.Operation = value; }

    /// <summary>Who called; empty where everybody may.</summary>
    public string Client { get => _values.Client; init => _values.Client = value; }

    /// <summary>Id of the caller's key; empty for callers without one.</summary>
    public string KeyId { get => _values.KeyId; init => _values.KeyId = value; }

    /// <summary>The caller's team, or empty.</summary>
    public string Team { get => _values.Team; init => _values.Team = value; }

    /// <summary>The team's organisation, or empty.</summary>
    public string Organization { get => _values.Organization; init => _values.Organization = value; }

    /// <summary>Model that was asked for.</summary>
    public string Model { get => _values.Model; init => _values.Model = value; }

    /// <summary>Model that was sent to the provider.</summary>
    public string ServedModel { get => _values.ServedModel; init => _values.ServedModel = value; }

    /// <summary>The operator's name of the provider that answered, or empty.</summary>
    public string Provider { get => _values.Provider; init => _values.Provider = value; }

    /// <summary>Status that the client got.</summary>
    public int Status { get => _values.Status; init => _values.Status = value; }

    /// <summary>What went wrong, or empty.</summary>
    public string Error { get => _values.Error; init => _values.Error = value; }

    /// <summary>Tokens and the like.</summary>
    public TokenUsage Usage { get => _values.Usage; init => _values.Usage = value; }

    /// <summary>True when some of <see cref="Usage"/> is an estimate.</summary>
    public bool IsEstimated { get => _values.IsEstimated; init => _values.IsEstimated = value; }

    /// <summary>True when the gateway itself ended (killed, or the machine failed) before the request did; all of it is an estimate then.</summary>
    public bool IsInterrupted { get => _values.IsInterrupted; init => _values.IsInterrupted = value; }

    /// <summary>US dollars; null when not known.</summary>
    public decimal? Cost { get => _values.Cost; init => _values.Cost = value; }

    /// <summary>The operator's own costs.</summary>
    public ImmutableArray<RequestCost> Costs { get => _values.Costs; init => _values.Costs = value; }
}
