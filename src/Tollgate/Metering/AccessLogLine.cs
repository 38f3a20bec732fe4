using System.Buffers;
using System.Text;
using Tollgate.Protocols;
using Tollgate.Telemetry;

namespace Tollgate.Metering;

/// <summary>
/// Turns a <see cref="RequestRecord"/> into one line of JSON, in a buffer of its own that the next line uses again.
/// The members are described in <c>docs/access-log.md</c>; they are a contract: add, never rename.
/// </summary>
internal sealed class AccessLogLine : IDisposable
{
    /// <summary>Bytes kept of a body. A line must stay far below the log's buffer even when every byte is escaped.</summary>
    internal const int MaxBodyBytes = 64 * 1024;

    /// <summary>Characters kept of a text that a client or provider chose: nobody may flood the log with one name.</summary>
    internal const int MaxTextLength = 1024;

    /// <summary>A buffer that has grown beyond this is not kept for the next line.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    private const int Routes = 8;

    private readonly JsonLine json = new();
    private readonly RouteText?[] routes = new RouteText?[Routes];
    private readonly LogTimes clock = new();

    /// <summary>The last line rendered, with its newline.</summary>
    public ReadOnlySpan<byte> Written => json.Written;

    /// <summary>True when the buffer is small enough to be kept.</summary>
    public bool IsWorthKeeping => json.Capacity <= MaxKeptBytes;

    public void Dispose() => json.Dispose();

    public void Render(RequestRecord record, bool bodies)
    {
        json.Clear();
        WriteRequest(record);
        WriteRouting(record);
        WriteOutcome(record);
        if (record.Used.IsKnown) WriteUsage(record.Used);
        if (record.UsageEstimated) Flag("usage_estimated"u8, value: true);
        Dollars(record.Cost);
        if (record.Costs.Count > 0) WriteCosts(record);
        WriteTimes(record);
        if (bodies) WriteBodies(record);
        json.Close(0, (byte)'{', (byte)'}');
        json.EndLine();
    }

    private void WriteRequest(RequestRecord record)
    {
        json.Name("time"u8);
        json.Quoted(clock.Format(record.Start));
        Text("request_id"u8, record.RequestId);
        if (record.Unrecorded is { } context) Text("trace_id"u8, RequestRecord.TraceIdOf(context)); // without a text of its own
        else Text("trace_id"u8, record.TraceId);
        Text("client"u8, record.Client);
        Text("key_id"u8, record.KeyId);
        Text("team"u8, record.Team);
        Text("organization"u8, record.Organization);
        WriteAttributes(record);
    }

    private void WriteAttributes(RequestRecord record)
    {
        if (record.Attributes.Count == 0) return;
        json.Name("attributes"u8);
        var start = json.Length;
        foreach (var (name, value) in record.Attributes)
        {
            json.Name(name);
            json.Value(value);
        }

        json.Close(start, (byte)'{', (byte)'}');
    }

    /// <summary>Most requests ask for what one before them asked for, so that all of this together is one copy.</summary>
    private void WriteRouting(RequestRecord record)
    {
        ref var place = ref routes[RouteText.PlaceOf(record) % Routes];
        if (place is { } same && same.IsOf(record))
        {
            json.Raw(same.Bytes);
            return;
        }

        var start = json.Length;
        RenderRouting(record);
        if (json.Length - start <= RouteText.MaxBytes) (place ??= new RouteText()).Keep(record, json.Written[start..]);
    }

    private void RenderRouting(RequestRecord record)
    {
        Text("method"u8, record.Method);
        Text("path"u8, record.Path);
        Text("operation"u8, record.Operation?.Name);
        Text("route"u8, record.Route);
        Text("provider"u8, record.Provider);
        Text("model_asked"u8, record.AskedModel);
        Text("model_served"u8, record.ServedModel);
        Text("model_response"u8, record.ResponseModel);
    }

    private void WriteOutcome(RequestRecord record)
    {
        Flag("stream"u8, record.Stream);
        Number("status"u8, record.Status);
        if (record.ProviderStatus != 0) Number("provider_status"u8, record.ProviderStatus);
        Number("attempts"u8, record.Attempts);
        if (record.FailedAttempts is { } failed) WriteFailed(failed);
        Text("resumed"u8, record.Resumed);
        if (record.SkippedEvents > 0) Number("skipped_events"u8, record.SkippedEvents);
        Text("error"u8, record.ErrorCode);
        Text("limit"u8, record.Limit);
        Text("shadow_limit"u8, record.ShadowLimit);
        Number("reserved_tokens"u8, record.ReservedTokens);
        if (record.Dropped.Count > 0) WriteDropped(record);
    }

    private void WriteDropped(RequestRecord record)
    {
        json.Name("dropped"u8);
        var start = json.Length;
        foreach (var entry in record.Dropped) json.Element(entry.Name);
        json.Close(start, (byte)'[', (byte)']');
    }

    private void WriteFailed(IReadOnlyList<AttemptRecord> attempts)
    {
        json.Name("failed_attempts"u8);
        var list = json.Length;
        foreach (var attempt in attempts)
        {
            json.Comma();
            var start = json.Length;
            Text("provider"u8, attempt.Provider);
            Text("model"u8, attempt.Model);
            if (attempt.Status != 0) Number("status"u8, attempt.Status);
            Text("error"u8, attempt.Error);
            Milliseconds("ms"u8, attempt.Duration);
            if (attempt.Usage.IsKnown) WriteUsage(attempt.Usage);
            if (attempt.IsEstimated) Flag("usage_estimated"u8, value: true);
            Dollars(attempt.Cost);
            json.Close(start, (byte)'{', (byte)'}');
        }

        json.Close(list, (byte)'[', (byte)']');
    }

    private void WriteUsage(in TokenUsage usage)
    {
        json.Name("usage"u8);
        var start = json.Length;
        Number("input_tokens"u8, usage.Input);
        Number("cached_input_tokens"u8, usage.CachedInput);
        Number("cache_creation_tokens"u8, usage.CacheCreation);
        Number("cache_creation_1h_tokens"u8, usage.CacheCreation1h);
        Number("output_tokens"u8, usage.Output);
        Number("reasoning_tokens"u8, usage.Reasoning);
        Number("audio_input_tokens"u8, usage.AudioInput);
        Number("audio_output_tokens"u8, usage.AudioOutput);
        Number("image_input_tokens"u8, usage.ImageInput);
        Number("image_output_tokens"u8, usage.ImageOutput);
        if (usage.AudioSeconds is { } seconds && double.IsFinite(seconds)) Number("audio_seconds"u8, seconds);
        Number("images"u8, usage.Images);
        Number("search_units"u8, usage.SearchUnits);
        Number("web_searches"u8, usage.WebSearches);
        Text("service_tier"u8, usage.ServiceTier);
        json.Close(start, (byte)'{', (byte)'}');
    }

    private void WriteCosts(RequestRecord record)
    {
        json.Name("costs"u8);
        var start = json.Length;
        for (var i = 0; i < record.Costs.Count; i++)
        {
            json.Name(record.Costs[i].Name);
            if (record.Costs[i].Value is { } value) json.Value(value);
            else json.Raw("null"u8);
        }

        json.Close(start, (byte)'{', (byte)'}');
    }

    private void WriteTimes(RequestRecord record)
    {
        Milliseconds("ttft_ms"u8, record.TimeToFirstToken);
        Milliseconds("provider_ms"u8, record.ProviderHeaders);
        Milliseconds("duration_ms"u8, record.Duration);
        Number("bytes_in"u8, record.BytesIn);
        Number("bytes_out"u8, record.BytesOut);
    }

    private void WriteBodies(RequestRecord record)
    {
        Body("request_body"u8, "request_body_truncated"u8, record.RequestBody.Span);
        Body("response_body"u8, "response_body_truncated"u8, record.ResponseBody.Span);
    }

    // A body is always a JSON string, never spliced in: it may be cut, hold newlines, or not be JSON at all.
    private void Body(ReadOnlySpan<byte> name, ReadOnlySpan<byte> truncated, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return;
        Redacted(name, body.Length > MaxBodyBytes ? body[..CharacterStart(body, MaxBodyBytes)] : body);
        if (body.Length > MaxBodyBytes) Flag(truncated, value: true);
    }

    // Most bodies hold no secret: then the bytes go out as they are, and no text is made of them.
    private void Redacted(ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        var rented = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(body.Length));
        ReadOnlySpan<char> text = rented.AsSpan(0, Encoding.UTF8.GetChars(body, rented));
        json.Name(name);
        if (Redaction.Finds(text)) json.Value(Redaction.Apply(text.ToString()));
        else json.Value(body);
        ArrayPool<char>.Shared.Return(rented);
    }

    // Steps back over UTF-8 continuation bytes, so that no character is cut in two; at most three of them belong to one character.
    private static int CharacterStart(ReadOnlySpan<byte> utf8, int end)
    {
        var start = end;
        while (end - start < 3 && (utf8[start] & 0xC0) == 0x80) start--;
        return start;
    }

    private void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) Text(name, value.AsSpan());
    }

    private void Text(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        json.Name(name);
        if (value.Length > MaxTextLength) value = value[..(char.IsHighSurrogate(value[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];
        json.Value(value);
    }

    private void Flag(ReadOnlySpan<byte> name, bool value)
    {
        json.Name(name);
        json.Raw(value ? "true"u8 : "false"u8);
    }

    private void Number(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number) Number(name, number);
    }

    private void Number(ReadOnlySpan<byte> name, long value)
    {
        json.Name(name);
        json.Value(value);
    }

    private void Number(ReadOnlySpan<byte> name, double value)
    {
        json.Name(name);
        json.Value(value);
    }

    private void Dollars(decimal? cost)
    {
        if (cost is not { } known) return;
        json.Name("cost_usd"u8);
        json.Value(known);
    }

    private void Milliseconds(ReadOnlySpan<byte> name, TimeSpan? value)
    {
        if (value is not { } time) return;
        json.Name(name);
        json.Value(time);
    }
}
