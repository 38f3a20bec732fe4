using System.Collections.Immutable;
using Tollgate.Metering.Reports;

namespace Tollgate.Endpoints.Usage;

/// <summary>Some buckets that a client asks for. Times are in seconds since 1970.</summary>
/// <param name="Start">Within the first bucket.</param>
/// <param name="End">Nothing from here on.</param>
/// <param name="Width">An hour or a day.</param>
/// <param name="Limit">Buckets at most.</param>
/// <param name="By">What results are told apart by.</param>
/// <param name="Models">Only these; empty: all.</param>
internal sealed record UsagePage(long Start, long End, UsageBucket Width, int Limit, ImmutableArray<UsageField> By, ImmutableArray<string> Models)
{
    /// <summary>The beginning of each bucket.</summary>
    internal IEnumerable<long> Buckets
    {
        get
        {
            for (var start = First; start < Last; start += Seconds(Width)) yield return start;
        }
    }

    /// <summary>The beginning of the bucket after the last; null when there is nothing more to ask for.</summary>
    internal long? Next => Last < End ? Last : null;

    private long First => Start - (Start % Seconds(Width));

    private long Last => Math.Min(First + (Limit * Seconds(Width)), End);

    internal static long Seconds(UsageBucket width) => width == UsageBucket.Hour ? 3600 : 86_400;

    internal static int MostBuckets(UsageBucket width) => width == UsageBucket.Hour ? 168 : 31;

    /// <summary>What the ledger is asked for.</summary>
    internal UsageQuery Query(string client) => new()
    {
        From = DateTimeOffset.FromUnixTimeSeconds(Start),
        To = DateTimeOffset.FromUnixTimeSeconds(Last),
        Bucket = Width,
        By = By,
        Where = Models.IsEmpty ? [new UsageFilter(UsageField.Client, [client])] : [new UsageFilter(UsageField.Client, [client]), new UsageFilter(UsageField.Model, Models)],
        Limit = UsageQueryReader.MostRows,
    };
}
