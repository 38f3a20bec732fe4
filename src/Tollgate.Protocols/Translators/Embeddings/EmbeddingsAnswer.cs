using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>Writes an answer in OpenAI's dialect, one embedding after the other.</summary>
internal sealed class EmbeddingsAnswer : IDisposable
{
    private readonly Utf8JsonWriter _json;
    private readonly bool _isBase64;
    private int _count;

    public EmbeddingsAnswer(IBufferWriter<byte> output, bool isBase64)
    {
        (_json, _isBase64) = (Wire.Writer(output), isBase64);
        _json.WriteStartObject();
        _json.WriteString("object"u8, "list"u8);
        _json.WriteStartArray("data"u8);
    }

    /// <summary>Writes the next embedding.</summary>
    /// <param name="values">Array of numbers; they stay as they are written.</param>
    /// <exception cref="FormatException">It holds something else.</exception>
    public void Add(JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Array || values.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.Number))
        {
            throw new FormatException("An embedding is not an array of numbers.");
        }

        _json.WriteStartObject();
        _json.WriteString("object"u8, "embedding"u8);
        _json.WriteNumber("index"u8, _count++);
        _json.WritePropertyName("embedding"u8);
        if (_isBase64) _json.WriteBase64StringValue(Floats(values));
        else values.WriteTo(_json);
        _json.WriteEndObject();
    }

    /// <summary>Ends the answer.</summary>
    public void Complete(string model, long promptTokens)
    {
        _json.WriteEndArray();
        _json.WriteString("model"u8, model);
        _json.WriteStartObject("usage"u8);
        _json.WriteNumber("prompt_tokens"u8, promptTokens);
        _json.WriteNumber("total_tokens"u8, promptTokens);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private static byte[] Floats(JsonElement values)
    {
        var bytes = new byte[values.GetArrayLength() * sizeof(float)];
        var at = 0;
        foreach (var value in values.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), (float)value.GetDouble());
            at += sizeof(float);
        }

        return bytes;
    }
}
