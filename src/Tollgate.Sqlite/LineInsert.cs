using System.Text;
using SQLitePCL;
using Tollgate.Metering.Ledger;

namespace Tollgate.Sqlite;

/// <summary>
/// A statement that writes lines. It is prepared once and bound without the parameter objects of ADO.NET: with some forty values a line, those
/// would cost more than the database does. A statement keeps what was bound to it, so that only what differs from the line before is
/// bound: of most lines the id, the times, the tokens and the cost.
/// </summary>
internal sealed class LineInsert : IDisposable
{
    private const string Sql = """
        INSERT INTO usage_lines (line, start, id, part, requests, failures, estimated, interrupted, unpriced, request_id, operation, client, key_id, team, organization,
          model, served_model, provider, status, error, service_tier, duration_us, cost_micro, cost_pico, input, cached_input, cache_creation, cache_creation_1h,
          output, reasoning, audio_input, audio_output, image_input, image_output, images, audio_ms, search_units, web_searches)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string SameSql = "SELECT id = ? AND part = ? FROM usage_lines WHERE line = ?";

    private const string CostSql = "INSERT INTO usage_costs (start, id, part, name, value) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    private const int LongestOnStack = 256;
    private const int Columns = 38;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _line;
    private readonly sqlite3_stmt _same;
    private readonly sqlite3_stmt _cost;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;
    private readonly byte[] _id = new byte[16];

    // What is bound at each place, which counts from 1; null is what no value is bound at.
    private readonly string?[] _texts = new string?[Columns + 1];
    private readonly long?[] _numbers = new long?[Columns + 1];

    internal LineInsert(sqlite3 database)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, Sql, out _line));
        Check(raw.sqlite3_prepare_v2(database, SameSql, out _same));
        Check(raw.sqlite3_prepare_v2(database, CostSql, out _cost));
        Check(raw.sqlite3_prepare_v2(database, "BEGIN IMMEDIATE", out _begin));
        Check(raw.sqlite3_prepare_v2(database, "COMMIT", out _commit));
    }

    /// <summary>From here on lines are written together.</summary>
    internal void Begin() => Step(_begin);

    /// <summary>They are in the file.</summary>
    internal void Commit() => Step(_commit);

    internal void Write(UsageEntry line)
    {
        var start = SqliteLedger.Micros(line.Start);
        line.Id.TryWriteBytes(_id, bigEndian: true, out _);
        Bind(line, start);
        WriteLine(LineKey.Of(start, _id, line.Part), line.Part);
        foreach (var cost in line.Costs) WriteCost(line, start, cost);
    }

    public void Dispose()
    {
        _line.Dispose();
        _same.Dispose();
        _cost.Dispose();
        _begin.Dispose();
        _commit.Dispose();
    }

    /// <summary>To its place, or, where another line has that, the next one that is free.</summary>
    private void WriteLine(long key, int part)
    {
        while (true)
        {
            Check(raw.sqlite3_bind_int64(_line, 1, key));
            var result = raw.sqlite3_step(_line);
            raw.sqlite3_reset(_line);
            if (result == raw.SQLITE_DONE) return;
            if (result != raw.SQLITE_CONSTRAINT || raw.sqlite3_extended_errcode(_database) != raw.SQLITE_CONSTRAINT_PRIMARYKEY) Check(result);
            if (IsThere(key++, part)) return;
        }
    }

    /// <summary>True: it is this line that has the place.</summary>
    private bool IsThere(long key, int part)
    {
        Check(raw.sqlite3_bind_blob(_same, 1, _id));
        Check(raw.sqlite3_bind_int64(_same, 2, part));
        Check(raw.sqlite3_bind_int64(_same, 3, key));
        var result = raw.sqlite3_step(_same);
        var isSame = result == raw.SQLITE_ROW && raw.sqlite3_column_int64(_same, 0) == 1;
        raw.sqlite3_reset(_same);
        if (result != raw.SQLITE_ROW) Check(result);
        return isSame;
    }

    private void Bind(UsageEntry line, long start)
    {
        var usage = line.Usage;
        var at = 1;
        Long(ref at, start);
        Check(raw.sqlite3_bind_blob(_line, ++at, _id));
        Long(ref at, line.Part);
        Long(ref at, line.Requests);
        Long(ref at, line.Status >= 400 || line.Error.Length > 0 ? 1 : 0);
        Long(ref at, line.IsEstimated ? 1 : 0);
        Long(ref at, line.IsInterrupted ? 1 : 0);
        Long(ref at, usage.IsKnown && line.Cost is null ? 1 : 0);
        Text(ref at, line.RequestId);
        Text(ref at, line.Operation);
        Text(ref at, line.Client);
        Text(ref at, line.KeyId);
        Text(ref at, line.Team);
        Text(ref at, line.Organization);
        Text(ref at, line.Model);
        Text(ref at, line.ServedModel);
        Text(ref at, line.Provider);
        Long(ref at, line.Status);
        Text(ref at, line.Error);
        Text(ref at, usage.ServiceTier ?? "");
        Long(ref at, line.Duration.Ticks / TimeSpan.TicksPerMicrosecond);
        (long Micro, long Pico)? money = line.Cost is { } dollars ? Money.Split(dollars) : null;
        Long(ref at, money?.Micro);
        Long(ref at, money?.Pico);
        Long(ref at, usage.Input);
        Long(ref at, usage.CachedInput);
        Long(ref at, usage.CacheCreation);
        Long(ref at, usage.CacheCreation1h);
        Long(ref at, usage.Output);
        Long(ref at, usage.Reasoning);
        Long(ref at, usage.AudioInput);
        Long(ref at, usage.AudioOutput);
        Long(ref at, usage.ImageInput);
        Long(ref at, usage.ImageOutput);
        Long(ref at, usage.Images);
        Long(ref at, usage.AudioSeconds is > 0 and < 1e12 ? (long)Math.Round(usage.AudioSeconds.Value * 1000) : null);
        Long(ref at, usage.SearchUnits);
        Long(ref at, usage.WebSearches);
    }

    private void WriteCost(UsageEntry line, long start, Metering.Costs.RequestCost cost)
    {
        raw.sqlite3_bind_int64(_cost, 1, start);
        raw.sqlite3_bind_blob(_cost, 2, _id);
        raw.sqlite3_bind_int64(_cost, 3, line.Part);
        raw.sqlite3_bind_text(_cost, 4, cost.Name);
        if (cost.Value is { } value) raw.sqlite3_bind_int64(_cost, 5, value);
        else raw.sqlite3_bind_null(_cost, 5);
        Step(_cost);
    }

    private void Long(ref int at, long? value)
    {
        if (_numbers[++at] == value) return;
        Check(value is { } number ? raw.sqlite3_bind_int64(_line, at, number) : raw.sqlite3_bind_null(_line, at));
        _numbers[at] = value;
    }

    private void Text(ref int at, string value)
    {
        if (_texts[++at] == value) return;
        Span<byte> utf8 = stackalloc byte[LongestOnStack];
        Check(Encoding.UTF8.TryGetBytes(value, utf8, out var length) ? raw.sqlite3_bind_text(_line, at, utf8[..length]) : raw.sqlite3_bind_text(_line, at, value));
        _texts[at] = value;
    }

    private void Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE) Check(result);
    }

    private void Check(int result) => Microsoft.Data.Sqlite.SqliteException.ThrowExceptionForRC(result, _database);
}
