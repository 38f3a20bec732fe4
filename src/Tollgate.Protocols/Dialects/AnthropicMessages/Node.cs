using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>A value of a client's body that knows its place. Faults are worded as Anthropic words them: place, colon, what was expected.</summary>
internal readonly struct Node(JsonElement value, string parent, string? name)
{
    public JsonElement Value => value;

    public string Pointer => name is null ? parent : parent + "/" + name;

    /// <summary>Not there, or null, which the API takes for not there.</summary>
    public bool IsMissing => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    public bool IsText => value.ValueKind == JsonValueKind.String;

    public RawJson Raw => Wire.Raw(value);

    public Node this[string member]
        => new(Wire.Member(value, member), Pointer, member);

    public string? Text() => IsMissing ? null : IsText ? Wire.Text(value) : throw Fault("Input should be a valid string");

    public string RequiredText() => Text() ?? throw Missing();

    public long? Integer()
    {
        if (IsMissing) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Fault("Input should be a valid integer");
    }

    public double? Number()
    {
        if (IsMissing) return null;
        return value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble() : throw Fault("Input should be a valid number");
    }

    public bool? Flag() => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => IsMissing ? null : throw Fault("Input should be a valid boolean"),
    };

    /// <summary>The node itself, once it is known to be an object.</summary>
    public Node Object() => IsMissing ? throw Missing() : value.ValueKind == JsonValueKind.Object ? this : throw Fault("Input should be a valid dictionary");

    /// <summary>The elements of a list; none when it is missing.</summary>
    public IEnumerable<Node> Items()
    {
        if (IsMissing) yield break;
        if (value.ValueKind != JsonValueKind.Array) throw Fault("Input should be a valid list");
        var (pointer, index) = (Pointer, 0);
        foreach (var item in value.EnumerateArray())
        {
            yield return new Node(item, pointer, index.ToString(System.Globalization.CultureInfo.InvariantCulture));
            index++;
        }
    }

    public CacheHint? Cache() => this["cache_control"] is { IsMissing: false } control ? new CacheHint(control.Object()["ttl"].Text()) : null;

    public ChatFormatException Missing() => Fault("Field required");

    public ChatFormatException Fault(string expected)
    {
        var place = Pointer.TrimStart('/').Replace('/', '.');
        return new ChatFormatException(place.Length == 0 ? expected : place + ": " + expected, Pointer);
    }
}
