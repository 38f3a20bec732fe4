using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads JSON values of which nobody promises that they are of the right kind, or that their text is whole.</summary>
internal static class WireText
{
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Surrogates = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    /// <summary>
    /// The text of a string value, half surrogate pairs included: providers split an emoji over two deltas, and
    /// <see cref="JsonElement.GetString"/> throws on either half.
    /// </summary>
    public static string Of(JsonElement value) => LenientText.Of(JsonMarshal.GetRawUtf8Value(value)[1..^1]);

    /// <summary>The text of a member; null when it is missing or no string.</summary>
    public static string? OrNull(JsonElement owner, ReadOnlySpan<byte> name)
        => Member(owner, name) is { ValueKind: JsonValueKind.String } value ? Of(value) : null;

    /// <summary>The same of what another dialect's reader let through: null, too, when a name beside it is half a surrogate pair.</summary>
    public static string? Foreign(JsonElement owner, ReadOnlySpan<byte> name)
    {
        try
        {
            return OrNull(owner, name);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(JsonElement owner, ReadOnlySpan<byte> name)
        => owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A copy of a value as it was written.</summary>
    public static RawJson Raw(JsonElement value) => new(JsonMarshal.GetRawUtf8Value(value).ToArray());

    /// <summary>Well-formed text: half a surrogate pair becomes U+FFFD, which JSON writers take.</summary>
    public static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAny(Surrogates)) return text;
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                var paired = char.IsHighSurrogate(from[i]) && i + 1 < from.Length && char.IsLowSurrogate(from[i + 1]);
                to[i] = paired || !char.IsSurrogate(from[i]) ? from[i] : Replacement;
                if (paired) to[++i] = from[i];
            }
        });
    }
}
