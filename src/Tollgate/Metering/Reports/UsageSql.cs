using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Tollgate.Metering.Reports;

/// <summary>Reports as SQL, for stores that speak it: the table has the columns named here, and stores differ in what they say of time and money.</summary>
/// <param name="Table">The table.</param>
/// <param name="Bucket">An expression for the beginning of a bucket, in milliseconds since 1970.</param>
/// <param name="From">A condition on the beginning, with <c>@from</c> and <c>@to</c>.</param>
/// <param name="Cost">A sum of dollars, as one or two columns: see <see cref="ReadCost"/>.</param>
/// <param name="ReadCost">Reads dollars from the columns that begin at an ordinal.</param>
/// <param name="WholeSum">A sum of a column as a whole number of 64 bits, 0 where there is none.</param>
public sealed record UsageSql(
    string Table,
    Func<UsageBucket, string> Bucket,
    string From,
    string Cost,
    Func<DbDataReader, int, decimal> ReadCost,
    Func<string, string> WholeSum)
{
    private static readonly ImmutableArray<string> Sums =
    [
        "requests", "failures", "estimated", "interrupted", "unpriced", "input", "cached_input", "cache_creation", "output", "reasoning",
        "audio_input", "audio_output", "images", "audio_ms", "search_units", "web_searches",
    ];

    /// <summary>The column of a field.</summary>
    public static string Column(UsageField field) => field switch
    {
        UsageField.Model => "model",
        UsageField.ServedModel => "served_model",
        UsageField.Provider => "provider",
        UsageField.Client => "client",
        UsageField.Key => "key_id",
        UsageField.Team => "team",
        UsageField.Organization => "organization",
        _ => "operation",
    };

    /// <summary>The statement of a query. Its parameters are <c>@from</c>, <c>@to</c>, <c>@limit</c> and those of <see cref="Parameters"/>.</summary>
    public string Text(UsageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        List<string> keys = [.. query.By.Select(Column)];
        if (query.Bucket != UsageBucket.All) keys.Insert(0, Bucket(query.Bucket));
        var sql = new StringBuilder("SELECT ");
        foreach (var key in keys) sql.Append(key).Append(", ");
        foreach (var sum in Sums) sql.Append(WholeSum(sum)).Append(", ");
        sql.Append(Cost).Append(" FROM ").Append(Table).Append(" WHERE ").Append(From);
        for (var i = 0; i < query.Where.Length; i++) AppendFilter(sql, query.Where[i], i);
        if (keys.Count == 0) return sql.Append(" HAVING COUNT(*) > 0").ToString();
        var numbers = string.Join(", ", Enumerable.Range(1, keys.Count).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        return sql.Append(" GROUP BY ").Append(numbers).Append(" ORDER BY ").Append(numbers).Append(" LIMIT @limit").ToString();
    }

    /// <summary>The values of a query's filters, by the names of their parameters.</summary>
    public static IEnumerable<(string Name, string Value)> Parameters(UsageQuery query) =>
        query.Where.SelectMany((filter, i) => filter.Values.Select((value, j) => (Name(i, j), value)));

    /// <summary>Reads all rows of an answer.</summary>
    public async ValueTask<IReadOnlyList<UsageRow>> ReadAsync(DbDataReader reader, UsageQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(query);
        var rows = new List<UsageRow>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) rows.Add(Read(reader, query));
        return rows;
    }

    private UsageRow Read(DbDataReader reader, UsageQuery query)
    {
        var at = 0;
        DateTimeOffset? start = query.Bucket == UsageBucket.All ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(at++));
        var keys = ImmutableArray.CreateBuilder<string>(query.By.Length);
        for (var i = 0; i < query.By.Length; i++) keys.Add(reader.GetString(at++));
        long Sum() => reader.GetInt64(at++);
        return new UsageRow
        {
            Start = start,
            Keys = keys.MoveToImmutable(),
            Requests = Sum(),
            Failures = Sum(),
            Estimated = Sum(),
            Interrupted = Sum(),
            Unpriced = Sum(),
            Input = Sum(),
            CachedInput = Sum(),
            CacheCreation = Sum(),
            Output = Sum(),
            Reasoning = Sum(),
            AudioInput = Sum(),
            AudioOutput = Sum(),
            Images = Sum(),
            AudioSeconds = Sum() / 1000m,
            SearchUnits = Sum(),
            WebSearches = Sum(),
            Cost = ReadCost(reader, at),
        };
    }

    private static void AppendFilter(StringBuilder sql, UsageFilter filter, int index)
    {
        if (filter.Values.IsEmpty)
        {
            sql.Append(" AND 1 = 0");
            return;
        }

        sql.Append(" AND ").Append(Column(filter.Field)).Append(" IN (");
        sql.AppendJoin(", ", filter.Values.Select((_, j) => Name(index, j))).Append(')');
    }

    private static string Name(int filter, int value) => string.Create(CultureInfo.InvariantCulture, $"@f{filter}_{value}");
}
