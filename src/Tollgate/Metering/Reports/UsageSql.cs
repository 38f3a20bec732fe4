using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Tollgate.Metering.Costs;

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
    /// <summary>Own costs that are told of a row on the average at most.</summary>
    private const int MostCosts = 100;

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
        var keys = Keys(query);
        var sql = new StringBuilder("SELECT ");
        foreach (var key in keys) sql.Append(key).Append(", ");
        foreach (var sum in Sums) sql.Append(WholeSum(sum)).Append(", ");
        sql.Append(Cost).Append(" FROM ").Append(Table).Append(" WHERE ").Append(From);
        for (var i = 0; i < query.Where.Length; i++) AppendFilter(sql, query.Where[i], i);
        return keys.Count == 0 ? sql.Append(" HAVING COUNT(*) > 0").ToString() : Grouped(sql, keys.Count).Append(" LIMIT @limit").ToString();
    }

    /// <summary>The statement for the operator's own costs of the same query, which are in the table <c>usage_costs</c>. It has the same parameters.</summary>
    public string CostText(UsageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var keys = Keys(query);
        keys.Add("name");
        var sql = new StringBuilder("SELECT ").AppendJoin(", ", keys).Append(", ").Append(WholeSum("value"));
        sql.Append(" FROM usage_costs JOIN ").Append(Table).Append(" USING (start, id, part) WHERE ").Append(From);
        for (var i = 0; i < query.Where.Length; i++) AppendFilter(sql, query.Where[i], i);
        return Grouped(sql, keys.Count).Append(CultureInfo.InvariantCulture, $" LIMIT @limit * {MostCosts}").ToString();
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

    /// <summary>Reads the operator's own costs into the rows that they belong to.</summary>
    public static async ValueTask<IReadOnlyList<UsageRow>> ReadCostsAsync(IReadOnlyList<UsageRow> rows, DbDataReader reader, UsageQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(query);
        var costs = new Dictionary<string, List<RequestCost>>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var at = 0;
            var names = Names(ReadStart(reader, query, ref at), ReadKeys(reader, query, ref at));
            if (!costs.TryGetValue(names, out var own)) costs[names] = own = [];
            own.Add(new RequestCost(reader.GetString(at), reader.GetInt64(at + 1)));
        }

        if (costs.Count == 0) return rows;
        return [.. rows.Select(row => costs.TryGetValue(Names(row.Start, row.Keys), out var own) ? row with { Costs = [.. own.OrderBy(cost => cost.Name, StringComparer.Ordinal)] } : row)];
    }

    /// <summary>What a row is known by. No text of a database holds the character between.</summary>
    private static string Names(DateTimeOffset? start, ImmutableArray<string> keys) => string.Join('\0', keys.Prepend(start?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? ""));

    private static DateTimeOffset? ReadStart(DbDataReader reader, UsageQuery query, ref int at) =>
        query.Bucket == UsageBucket.All ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(at++));

    private static ImmutableArray<string> ReadKeys(DbDataReader reader, UsageQuery query, ref int at)
    {
        var keys = ImmutableArray.CreateBuilder<string>(query.By.Length);
        for (var i = 0; i < query.By.Length; i++) keys.Add(reader.GetString(at++));
        return keys.MoveToImmutable();
    }

    private List<string> Keys(UsageQuery query)
    {
        List<string> keys = [.. query.By.Select(Column)];
        if (query.Bucket != UsageBucket.All) keys.Insert(0, Bucket(query.Bucket));
        return keys;
    }

    private static StringBuilder Grouped(StringBuilder sql, int keys)
    {
        var numbers = string.Join(", ", Enumerable.Range(1, keys).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        return sql.Append(" GROUP BY ").Append(numbers).Append(" ORDER BY ").Append(numbers);
    }

    private UsageRow Read(DbDataReader reader, UsageQuery query)
    {
        var at = 0;
        var start = ReadStart(reader, query, ref at);
        var keys = ReadKeys(reader, query, ref at);
        long Sum() => reader.GetInt64(at++);
        return new UsageRow
        {
            Start = start,
            Keys = keys,
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
