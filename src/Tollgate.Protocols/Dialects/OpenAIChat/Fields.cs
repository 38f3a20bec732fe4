using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Members of a client's body, each of the kind that OpenAI wants, or a complaint that names the place.</summary>
internal static class Fields
{
    public static ChatFormatException Wrong(string pointer, string expected)
        => new($"'{(pointer.Length == 0 ? "/" : pointer)}' must be {expected}.", pointer);

    public static ChatFormatException Missing(string pointer) => new($"'{pointer}' is missing.", pointer);

    public static string Text(JsonElement value, string pointer, string expected = "a string")
        => value.ValueKind == JsonValueKind.String ? WireText.WellFormed(WireText.Of(value)) : throw Wrong(pointer, expected);

    public static string? OptionalText(JsonElement owner, string name, string pointer) => Text(Optional(owner, name), pointer, name);

    /// <summary>The place is put together only for a complaint.</summary>
    public static string? Text(JsonElement? value, string pointer, string name)
        => value is not { } given ? null : given.ValueKind == JsonValueKind.String ? WireText.WellFormed(WireText.Of(given)) : throw Wrong($"{pointer}/{name}", "a string");

    public static string RequiredText(JsonElement owner, string name, string pointer)
        => OptionalText(owner, name, pointer) ?? throw Missing($"{pointer}/{name}");

    public static bool? Flag(JsonElement owner, string name, string pointer = "") => Flag(Optional(owner, name), name, pointer);

    public static bool? Flag(JsonElement? value, string name, string pointer = "") => value switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong($"{pointer}/{name}", "true or false"),
    };

    public static double? Number(JsonElement owner, string name) => Number(Optional(owner, name), name);

    public static double? Number(JsonElement? given, string name)
    {
        if (given is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong("/" + name, "a number");
    }

    public static long? Whole(JsonElement owner, string name, long least = long.MinValue, string pointer = "") => Whole(Optional(owner, name), name, least, pointer);

    public static long? Whole(JsonElement? given, string name, long least = long.MinValue, string pointer = "")
    {
        if (given is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !TryWhole(value, out var number)) throw Wrong($"{pointer}/{name}", "a whole number");
        return number >= least ? number : throw Wrong($"{pointer}/{name}", $"at least {least}");
    }

    public static JsonElement? Object(JsonElement owner, string name, string pointer) => Object(Optional(owner, name), name, pointer);

    public static JsonElement? Object(JsonElement? given, string name, string pointer)
    {
        if (given is not { } value) return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw Wrong($"{pointer}/{name}", "an object");
    }

    public static JsonElement? Array(JsonElement owner, string name, string pointer) => Array(Optional(owner, name), name, pointer);

    public static JsonElement? Array(JsonElement? given, string name, string pointer)
    {
        if (given is not { } value) return null;
        return value.ValueKind == JsonValueKind.Array ? value : throw Wrong($"{pointer}/{name}", "an array");
    }

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Optional(JsonElement owner, string name)
        => owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary><c>cache_control</c>: what other dialects know, and OpenAI's clients have learnt from gateways.</summary>
    public static CacheHint? Cache(JsonElement owner, string pointer)
        => Object(owner, "cache_control", pointer) is { } hint ? new CacheHint(OptionalText(hint, "ttl", pointer + "/cache_control")) : null;

    private static bool TryWhole(JsonElement value, out long number)
    {
        if (value.TryGetInt64(out number)) return true;
        if (!value.TryGetDouble(out var real) || real != Math.Truncate(real) || Math.Abs(real) > 1e15) return false;
        number = (long)real;
        return true;
    }
}
