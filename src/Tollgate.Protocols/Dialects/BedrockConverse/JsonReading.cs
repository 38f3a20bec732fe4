using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

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
    public static string Text(this JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        var inner = raw[1..^1];
        return inner.Contains((byte)'\\') ? Unescape(Encoding.UTF8.GetString(inner)) : Encoding.UTF8.GetString(inner);
    }

    /// <summary>A copy that outlives the document and the buffer that it was read from.</summary>
    public static RawJson Raw(this JsonElement value) => new(JsonMarshal.GetRawUtf8Value(value).ToArray());

    private static string Unescape(string inner)
    {
        var text = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] != '\\')
            {
                text.Append(inner[i]);
                continue;
            }

            var escape = inner[++i];
            if (escape != 'u')
            {
                text.Append(Short(escape));
                continue;
            }

            text.Append((char)ushort.Parse(inner.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 4;
        }

        return text.ToString();
    }

    private static char Short(char escape) => escape switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => escape,
    };
}
