using System.Globalization;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Reads members of the provider's JSON without trusting their types.</summary>
internal static class Json
{
    /// <summary>The member when it is an object.</summary>
    public static bool TryObject(this JsonElement json, ReadOnlySpan<byte> name, out JsonElement value) => json.TryMember(name, JsonValueKind.Object, out value);

    /// <summary>The elements of the member when it is an array, to be gone through at once: nothing is allocated for it.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryMember(name, JsonValueKind.Array, out var array) ? array.EnumerateArray() : default;

    /// <summary>The elements of the member when it is an array; none when it is not.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryMember(name, JsonValueKind.Array, out var array) ? array.EnumerateArray() : [];

    /// <summary>The text of the member; null when it is no string.</summary>
    public static string? Text(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryMember(name, JsonValueKind.String, out var value) ? value.Lossy() : null;

    /// <summary>The member as a whole number; protobuf's JSON writes those of 64 bits as strings.</summary>
    public static long? Integer(this JsonElement json, ReadOnlySpan<byte> name)
    {
        if (!json.TryMember(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(value.Lossy(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    /// <summary>True when the member is <c>true</c>.</summary>
    public static bool IsTrue(this JsonElement json, ReadOnlySpan<byte> name) => json.TryMember(name, JsonValueKind.True, out _);

    /// <summary>The text of a string. Half a surrogate pair, which .NET would throw at, becomes the replacement character.</summary>
    public static string Lossy(this JsonElement text)
    {
        try
        {
            return text.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            var inner = Encoding.UTF8.GetBytes(text.GetRawText()).AsSpan()[1..^1];
            var meant = new byte[inner.Length];
            return Encoding.UTF8.GetString(meant, 0, JsonText.Unescape(inner, meant, out _));
        }
    }

    /// <summary>The member whatever it is.</summary>
    public static bool TryMember(this JsonElement json, ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            return false; // .NET unescapes the names beside it, and throws at half a surrogate pair in one of them.
        }
    }

    private static bool TryMember(this JsonElement json, ReadOnlySpan<byte> name, JsonValueKind kind, out JsonElement value) =>
        json.TryMember(name, out value) && value.ValueKind == kind;
}
