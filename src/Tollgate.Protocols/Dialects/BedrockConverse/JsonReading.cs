using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Reads members of what a provider sent, without ever throwing for their type or their text.</summary>
internal static class JsonReading
{
    /// <summary>True when the value is an object with a member of that name and kind.</summary>
    public static bool TryMember(this JsonElement parent, ReadOnlySpan<byte> name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        try
        {
            return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value) && value.ValueKind == kind;
        }
        catch (InvalidOperationException)
        {
            return false; // A name beside it is half a surrogate pair, escaped: it cannot be compared.
        }
    }

    /// <summary>The name of a member; null when it is no valid Unicode.</summary>
    public static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of a member; null when it has none.</summary>
    public static string? TextOf(this JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryMember(name, JsonValueKind.String, out var value) ? value.Text() : null;

    /// <summary>
    /// The text of a string. Half a surrogate pair stays half: providers split an emoji over two deltas, and
    /// <see cref="BlockSequence"/> puts it together again. What is no UTF-8 is replaced.
    /// </summary>
    public static string Text(this JsonElement value) => LenientText.Of(JsonMarshal.GetRawUtf8Value(value)[1..^1]);

    /// <summary>A copy that outlives the document and the buffer that it was read from.</summary>
    public static RawJson Raw(this JsonElement value) => new(JsonMarshal.GetRawUtf8Value(value).ToArray());
}
