using Tollgate.Model;

namespace Tollgate.Metering.Ledger;

/// <summary>Makes lines of what is known of a request.</summary>
internal static class LedgerLines
{
    /// <summary>The error of a line whose request ended with the gateway.</summary>
    internal const string Interrupted = "interrupted";

    /// <summary>The line of its answer, or of the last call that was made for one.</summary>
    internal static UsageEntry Answer(RequestRecord record, Guid id) => new()
    {
        Id = id,
        RequestId = record.RequestId,
        Start = record.Start,
        Duration = record.Duration,
        Operation = record.Operation?.Name ?? "",
        Client = record.Client ?? "",
        KeyId = record.KeyId ?? "",
        Team = record.Team ?? "",
        Organization = record.Organization ?? "",
        Model = record.AskedModel ?? "",
        ServedModel = record.ServedModel ?? record.AskedModel ?? "",
        Provider = record.Provider ?? "",
        Status = record.Status,
        Error = record.ErrorCode ?? "",
        Usage = record.Usage,
        IsEstimated = record.UsageEstimated,
        Cost = record.Cost,
        Costs = record.Costs.Count == 0 ? [] : [.. record.Costs],
    };

    /// <summary>A line for each call that failed before and had used something; null when there was none.</summary>
    internal static List<UsageEntry>? Failed(RequestRecord record, Guid id)
    {
        if (record.FailedAttempts is not { } attempts) return null;
        List<UsageEntry>? lines = null;
        foreach (var attempt in attempts)
        {
            if (!attempt.Usage.IsKnown) continue;
            (lines ??= []).Add(Answer(record, id) with
            {
                Part = lines.Count + 1,
                Duration = attempt.Duration,
                ServedModel = attempt.Model ?? record.AskedModel ?? "",
                Provider = attempt.Provider,
                Status = attempt.Status,
                Error = attempt.Error ?? "",
                Usage = attempt.Usage,
                IsEstimated = attempt.IsEstimated,
                Cost = attempt.Cost,
                Costs = [],
            });
        }

        return lines;
    }

    /// <summary>What is taken to have been used by a request that was under way when the gateway ended: its input, by its size.</summary>
    internal static UsageEntry Interrupt(UsageEntry draft, GatewayModel model)
    {
        var usage = draft.Usage;
        if (usage.Input is not null) usage.Output ??= 0;
        return draft with
        {
            Usage = usage,
            Error = Interrupted,
            IsInterrupted = true,
            IsEstimated = usage.IsKnown,
            Cost = CostMeter.Of(model, draft.Provider, draft.ServedModel, null, usage),
        };
    }
}
