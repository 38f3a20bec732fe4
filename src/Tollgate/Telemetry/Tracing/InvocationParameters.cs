using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Tollgate.Telemetry.Tracing;

/// <summary>
/// OpenInference's <c>llm.invocation_parameters</c>: the members of a body that say how a model is asked, as one JSON object. Only
/// members known to hold no content are taken, and of these only single values and lists of them.
/// </summary>
internal static class InvocationParameters
{
    private const int Longest = 1000;

    private static readonly FrozenSet<string> Known = new[]
    {
        "model", "max_tokens", "max_completion_tokens", "max_output_tokens", "temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty",
        "stop", "stop_sequences", "seed", "n", "stream", "reasoning_effort", "service_tier", "logprobs", "top_logprobs", "parallel_tool_calls", "tool_choice",
        "encoding_format", "dimensions", "size", "quality", "voice", "speed", "top_n", "truncation", "verbosity", "best_of", "echo",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Null when there are none.</summary>
    internal static string? Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (body.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan.Length <= 32 ? Encoding.UTF8.GetString(reader.ValueSpan) : "";
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = body[start..(int)reader.BytesConsumed];
            if (Known.Contains(name) && value[0] != '{' && json.BytesCommitted + json.BytesPending + value.Length <= Longest) Write(json, name, value);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenCount > 2 ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
    }

    private static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}
