using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Metering;
using Tollgate.Protocols;

namespace Tollgate.Tests.Metering;

/// <summary>
/// The access log's line as the framework's own JSON writer makes it: what <see cref="AccessLogLine"/>, which escapes and formats by itself to be
/// cheaper, must be equal to byte for byte.
/// </summary>
internal sealed class ReferenceLine : IDisposable
{
    private const int MaxBodyBytes = AccessLogLine.MaxBodyBytes;
    private const int MaxTextLength = AccessLogLine.MaxTextLength;

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly Utf8JsonWriter json;

    public ReferenceLine() => json = new Utf8JsonWriter(buffer, new JsonWriterOptions
    {
        // Relaxed leaves other scripts readable; it still escapes quotes, backslashes and control characters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    /// <summary>The last line rendered, with its newline.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Dispose() => json.Dispose();

    public void Render(RequestRecord record, bool bodies)
    {
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        WriteRequest(record);
        WriteRouting(record);
        WriteOutcome(record);
        if (record.Usage.IsKnown) WriteUsage(record.Usage);
        if (record.UsageEstimated) json.WriteBoolean("usage_estimated"u8, value: true);
        if (record.Cost is { } cost) json.WriteNumber("cost_usd"u8, cost);
        if (record.Costs.Count > 0) WriteCosts(record);
        WriteTimes(record);
        if (bodies) WriteBodies(record);
        json.WriteEndObject();
        json.Flush();
        buffer.GetSpan(1)[0] = (byte)'\n';
        buffer.Advance(1);
    }

    private void WriteRequest(RequestRecord record)
    {
        json.WriteString("time"u8, record.Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Text("request_id"u8, record.RequestId);
        if (record.Unrecorded is { } context) json.WriteString("trace_id"u8, RequestRecord.TraceIdOf(context)); // without a text of its own
        else Text("trace_id"u8, record.TraceId);
        Text("client"u8, record.Client);
        Text("key_id"u8, record.KeyId);
        Text("team"u8, record.Team);
        Text("organization"u8, record.Organization);
        WriteAttributes(record);
        Text("method"u8, record.Method);
        Text("path"u8, record.Path);
        Text("operation"u8, record.Operation?.Name);
    }

    private void WriteAttributes(RequestRecord record)
    {
        if (record.Attributes.Count == 0) return;
        json.WriteStartObject("attributes"u8);
        foreach (var (name, value) in record.Attributes) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private void WriteRouting(RequestRecord record)
    {
        Text("route"u8, record.Route);
        Text("provider"u8, record.Provider);
        Text("model_asked"u8, record.AskedModel);
        Text("model_served"u8, record.ServedModel);
        Text("model_response"u8, record.ResponseModel);
    }

    private void WriteOutcome(RequestRecord record)
    {
        json.WriteBoolean("stream"u8, record.Stream);
        json.WriteNumber("status"u8, record.Status);
        if (record.ProviderStatus != 0) json.WriteNumber("provider_status"u8, record.ProviderStatus);
        json.WriteNumber("attempts"u8, record.Attempts);
        if (record.FailedAttempts is { } failed) WriteFailed(failed);
        Text("resumed"u8, record.Resumed);
        if (record.SkippedEvents > 0) json.WriteNumber("skipped_events"u8, record.SkippedEvents);
        Text("error"u8, record.ErrorCode);
        Text("limit"u8, record.Limit);
        Text("shadow_limit"u8, record.ShadowLimit);
        Number("reserved_tokens"u8, record.ReservedTokens);
        if (record.Dropped.Count == 0) return;
        json.WriteStartArray("dropped"u8);
        foreach (var entry in record.Dropped) json.WriteStringValue(entry.Name);
        json.WriteEndArray();
    }

    private void WriteFailed(IReadOnlyList<AttemptRecord> attempts)
    {
        json.WriteStartArray("failed_attempts"u8);
        foreach (var attempt in attempts)
        {
            json.WriteStartObject();
            Text("provider"u8, attempt.Provider);
            Text("model"u8, attempt.Model);
            if (attempt.Status != 0) json.WriteNumber("status"u8, attempt.Status);
            Text("error"u8, attempt.Error);
            Milliseconds("ms"u8, attempt.Duration);
            if (attempt.Usage.IsKnown) WriteUsage(attempt.Usage);
            if (attempt.IsEstimated) json.WriteBoolean("usage_estimated"u8, value: true);
            if (attempt.Cost is { } cost) json.WriteNumber("cost_usd"u8, cost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteUsage(in TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
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
        if (usage.AudioSeconds is { } seconds && double.IsFinite(seconds)) json.WriteNumber("audio_seconds"u8, seconds);
        Number("images"u8, usage.Images);
        Number("search_units"u8, usage.SearchUnits);
        Number("web_searches"u8, usage.WebSearches);
        Text("service_tier"u8, usage.ServiceTier);
        json.WriteEndObject();
    }

    private void WriteCosts(RequestRecord record)
    {
        json.WriteStartObject("costs"u8);
        for (var i = 0; i < record.Costs.Count; i++)
        {
            if (record.Costs[i].Value is { } value) json.WriteNumber(record.Costs[i].Name, value);
            else json.WriteNull(record.Costs[i].Name);
        }

        json.WriteEndObject();
    }

    private void WriteTimes(RequestRecord record)
    {
        Milliseconds("ttft_ms"u8, record.TimeToFirstToken);
        Milliseconds("provider_ms"u8, record.ProviderHeaders);
        Milliseconds("duration_ms"u8, record.Duration);
        json.WriteNumber("bytes_in"u8, record.BytesIn);
        json.WriteNumber("bytes_out"u8, record.BytesOut);
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
        json.WriteString(name, body.Length > MaxBodyBytes ? body[..CharacterStart(body, MaxBodyBytes)] : body);
        if (body.Length > MaxBodyBytes) json.WriteBoolean(truncated, value: true);
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
        if (value is null) return;
        if (value.Length <= MaxTextLength) json.WriteString(name, value);
        else json.WriteString(name, value.AsSpan(0, char.IsHighSurrogate(value[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength));
    }

    private void Number(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    private void Milliseconds(ReadOnlySpan<byte> name, TimeSpan? value)
    {
        if (value is not { } time) return;
        var text = Math.Round(time.Ticks / 10_000m, 3, MidpointRounding.AwayFromZero).ToString("0.###", CultureInfo.InvariantCulture);
        json.WritePropertyName(name);
        json.WriteRawValue(text, skipInputValidation: true);
    }
}
