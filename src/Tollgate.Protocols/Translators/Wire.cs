using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Translators;

/// <summary>JSON as all translators read and write it.</summary>
internal static class Wire
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Utf8JsonWriter Writer(IBufferWriter<byte> output) => new(output, s_options);

    /// <summary>One JSON object.</summary>
    internal static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = Writer(output))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Reads a client's body.</summary>
    /// <exception cref="ChatFormatException">It is no JSON object, or <paramref name="read"/> finds a mistake in it.</exception>
    internal static T Request<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : throw new ChatFormatException("The body must be a JSON object.", "");
        }
        catch (JsonException e)
        {
            throw new ChatFormatException("The body is not JSON: " + e.Message, "");
        }
        catch (InvalidOperationException)
        {
            throw new ChatFormatException("A text of the body holds half of a surrogate pair: write a whole one.", "");
        }
    }

    /// <summary>Reads a provider's answer.</summary>
    /// <exception cref="FormatException">It is no JSON, or not what <paramref name="read"/> looks for.</exception>
    internal static T Answer<T>(UpstreamAnswer answer, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body, DeepJson.Document);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("It is not JSON, or a member is of another kind than it should be.", e);
        }
    }

    /// <summary>A member, or an undefined element.</summary>
    internal static JsonElement Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>True when there is a member of that name that is not null.</summary>
    internal static bool Has(this JsonElement json, string name) =>
        json.Member(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The elements of an array; none when it is something else.</summary>
    internal static IEnumerable<JsonElement> Items(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().AsEnumerable() : [];

    /// <summary>A count; providers write 3 and 3.0 alike. Null when it is no number.</summary>
    internal static long? Count(this JsonElement json) => json.ValueKind == JsonValueKind.Number ? (long)json.GetDouble() : null;

    /// <summary>A text of an answer; null when it is something else.</summary>
    internal static string? Text(this JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;

    // What a client wrote: something else than what is meant is told.

    internal static string? AskedText(this JsonElement json, string name)
    {
        if (!json.Has(name)) return null;
        return json.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : throw new ChatFormatException($"The member '{name}' must be a string.", "/" + name);
    }

    internal static long? AskedCount(this JsonElement json, string name, long least = 1)
    {
        if (!json.Has(name)) return null;
        if (json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= least) return number;
        throw new ChatFormatException(string.Create(CultureInfo.InvariantCulture, $"The member '{name}' must be an integer of {least} or more."), "/" + name);
    }

    internal static double? AskedNumber(this JsonElement json, string name)
    {
        if (!json.Has(name)) return null;
        return json.Member(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : throw new ChatFormatException($"The member '{name}' must be a number.", "/" + name);
    }

    internal static bool? AskedFlag(this JsonElement json, string name)
    {
        if (!json.Has(name)) return null;
        return json.Member(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag
            ? flag.GetBoolean() : throw new ChatFormatException($"The member '{name}' must be true or false.", "/" + name);
    }

    internal static string Pointer(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"/{name}/{index}");
}
