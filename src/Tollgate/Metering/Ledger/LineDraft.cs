using Tollgate.Protocols;

namespace Tollgate.Metering.Ledger;

/// <summary>What a slot holds of a line. A value, so that noting that a request is under way allocates nothing.</summary>
internal readonly struct LineDraft
{
    internal required Guid Id { get; init; }

    internal int Part { get; init; }

    internal required string RequestId { get; init; }

    internal required DateTimeOffset Start { get; init; }

    internal TimeSpan Duration { get; init; }

    internal required string Operation { get; init; }

    internal required string Client { get; init; }

    internal required string KeyId { get; init; }

    internal required string Team { get; init; }

    internal required string Organization { get; init; }

    internal required string Model { get; init; }

    internal required string ServedModel { get; init; }

    internal required string Provider { get; init; }

    internal int Status { get; init; }

    internal string Error { get; init; } = "";

    internal TokenUsage Usage { get; init; }

    internal bool IsEstimated { get; init; }

    internal decimal? Cost { get; init; }

    public LineDraft()
    {
    }

    internal static LineDraft Of(UsageEntry entry) => new()
    {
        Id = entry.Id,
        Part = entry.Part,
        RequestId = entry.RequestId,
        Start = entry.Start,
        Duration = entry.Duration,
        Operation = entry.Operation,
        Client = entry.Client,
        KeyId = entry.KeyId,
        Team = entry.Team,
        Organization = entry.Organization,
        Model = entry.Model,
        ServedModel = entry.ServedModel,
        Provider = entry.Provider,
        Status = entry.Status,
        Error = entry.Error,
        Usage = entry.Usage,
        IsEstimated = entry.IsEstimated,
        Cost = entry.Cost,
    };
}
