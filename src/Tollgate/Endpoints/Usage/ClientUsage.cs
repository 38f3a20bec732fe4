using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Endpoints.Usage;

/// <summary>
/// <c>GET /v1/usage</c>: what the caller itself has used, in the shape of OpenAI's usage API
/// (https://platform.openai.com/docs/api-reference/usage): buckets of an hour or a day, each with its results.
/// </summary>
internal sealed class ClientUsage(LedgerDesk desk, TimeProvider time)
{
    private static readonly string[] Known = ["start_time", "end_time", "bucket_width", "group_by", "group_by[]", "models", "models[]", "limit", "page"];

    internal async ValueTask<Refusal?> GetAsync(GatewayRequest request)
    {
        request.Record.Operation = null; // nothing generative was asked for
        if (desk.Ledger is not { } ledger) return new Refusal(GatewayErrorKinds.NotFound, "this gateway keeps no ledger, so it cannot say what was used");
        var (page, fault) = Read(request.Context.Request.Query);
        if (page is null) return new Refusal(GatewayErrorKinds.InvalidRequest, fault!);

        var query = page.Query(request.Record.Client ?? "");
        var rows = await ledger.QueryAsync(query, request.Context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(request, UsagePageWriter.Write(page, query, rows)).ConfigureAwait(false);
        return null;
    }

    private (UsagePage? Page, string? Fault) Read(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown) return (null, $"'{unknown}' is not known here: write start_time, end_time, bucket_width, group_by, models, limit or page");
        var width = query["bucket_width"].ToString() switch { "" or "1d" => UsageBucket.Day, "1h" => UsageBucket.Hour, _ => UsageBucket.All };
        if (width == UsageBucket.All) return (null, "bucket_width: write 1h or 1d");
        var by = ImmutableArray.CreateBuilder<UsageField>();
        foreach (var word in List(query, "group_by"))
        {
            if (word is not ("model" or "api_key_id")) return (null, $"group_by: write model or api_key_id, not '{word}'");
            by.Add(word == "model" ? UsageField.Model : UsageField.Key);
        }

        if (!Number(query["limit"], width == UsageBucket.Day ? 7 : 24, out var limit) || limit < 1 || limit > UsagePage.MostBuckets(width)) return (null, $"limit: write a number of buckets from 1 to {UsagePage.MostBuckets(width)}");
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (!Number(query["end_time"], now + 1, out var end) || !Number(query["start_time"], Math.Min(now, end - 1) - ((limit - 1) * UsagePage.Seconds(width)), out var start)) return (null, "start_time and end_time are seconds since 1970");
        if (!Number(query["page"], start, out var first) || first < start || first >= end) return (null, "page: write what next_page said, with the same other parameters; start_time must be before end_time");
        return (new UsagePage(first, end, width, (int)limit, by.DrainToImmutable(), [.. List(query, "models")]), null);
    }

    private static IEnumerable<string> List(IQueryCollection query, string name) =>
        query[name].Concat(query[name + "[]"]).SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal).Take(100);

    private static bool Number(string? text, long otherwise, out long number)
    {
        number = otherwise;
        return string.IsNullOrEmpty(text) || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 253_402_300_800);
    }

    private static async ValueTask WriteAsync(GatewayRequest request, byte[] body)
    {
        var response = request.Context.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        ResponseHeaders.AddOwn(request);
        request.Record.Status = response.StatusCode;
        request.Record.BytesOut = body.Length;
        await response.BodyWriter.WriteAsync(body, request.Context.RequestAborted).ConfigureAwait(false);
    }
}
