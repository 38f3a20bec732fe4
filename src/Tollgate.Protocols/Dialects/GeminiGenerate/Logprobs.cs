using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Gemini's <c>logprobsResult</c> in OpenAI's grammar.</summary>
internal static class Logprobs
{
    /// <summary>The <c>content</c> array; empty when there are none.</summary>
    public static RawJson From(JsonElement result)
    {
        var top = result.Elements("topCandidates"u8).ToArray();
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, Writing.Options);
        json.WriteStartArray();
        var number = 0;
        foreach (var chosen in result.Elements("chosenCandidates"u8))
        {
            json.WriteStartObject();
            WriteToken(json, chosen);
            json.WriteStartArray("top_logprobs"u8);
            foreach (var candidate in number < top.Length ? top[number].Elements("candidates"u8) : [])
            {
                json.WriteStartObject();
                WriteToken(json, candidate);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            number++;
        }

        json.WriteEndArray();
        json.Flush();
        return number == 0 ? default : new RawJson(output.WrittenMemory);
    }

    private static void WriteToken(Utf8JsonWriter json, JsonElement candidate)
    {
        var token = candidate.Text("token"u8) ?? "";
        json.WriteString("token"u8, token);
        json.WritePropertyName("logprob"u8);
        if (candidate.TryMember("logProbability"u8, out var value) && value.ValueKind == JsonValueKind.Number)
        {
            json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
        }
        else
        {
            json.WriteNumberValue(0); // Protobuf's JSON leaves a probability of 1 out.
        }

        json.WriteStartArray("bytes"u8);
        foreach (var b in Encoding.UTF8.GetBytes(token)) json.WriteNumberValue(b);
        json.WriteEndArray();
    }
}
