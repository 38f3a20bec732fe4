using Tollgate.Model;

namespace Tollgate.Metering.Ledger;

/// <summary>Makes lines of what is known of a request.</summary>
internal static class LedgerLines
{
    /// <summary>The error of a line whose request ended with the gateway.</summary>
    internal const string Interrupted = "interrupted";

    /// <summary>The line of its answer, or of the last call that was made for one.</summary>
    internal static void Answer(RequestRecord record, Guid id, ref LineDraft line)
    {
        line.Id = id;
        line.Part = 0;
        Names(record, ref line);
        line.Duration = record.Duration;
        line.Model = record.AskedModel ?? "";
        line.ServedModel = record.ServedModel ?? line.Model;
        line.Provider = record.Provider ?? "";
        line.Status = record.Status;
        line.Error = record.ErrorCode ?? "";
        line.Usage = record.Used;
        line.IsEstimated = record.UsageEstimated;
        line.IsInterrupted = false;
        line.Cost = record.Cost;
        line.Costs = record.Costs.Count == 0 ? [] : [.. record.Costs];
    }

    /// <summary>What is known of a request from its beginning.</summary>
    internal static void Names(RequestRecord record, ref LineDraft line)
    {
        line.RequestId = record.RequestId;
        line.Start = record.Start;
        line.Operation = record.Operation?.Name ?? "";
        line.Client = record.Client ?? "";
        line.KeyId = record.KeyId ?? "";
        line.Team = record.Team ?? "";
        line.Organization = record.Organization ?? "";
    }

    /// <summary>A line for each call that failed before and had used something; null when there was none.</summary>
    internal static List<UsageEntry>? Failed(RequestRecord record, Guid id)
    {
        if (record.FailedAttempts is not { } attempts) return null;
        List<UsageEntry>? lines = null;
        foreach (var attempt in attempts)
        {
            if (!attempt.Usage.IsKnown) continue;
            var line = new UsageEntry { Id = id, RequestId = record.RequestId, Start = record.Start };
            Answer(record, id, ref line.Values);
            (lines ??= []).Add(line with
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
