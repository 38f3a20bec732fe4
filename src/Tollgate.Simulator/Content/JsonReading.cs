using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Content;

/// <summary>Reads members that may be missing or of another kind, without throwing.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonNode? node, string key) =>
        Member(node, key).AsText();

    public static string? AsText(this JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            throw new Refusal(400, "The body holds half of a surrogate pair: it is not valid Unicode.");
        }
    }

    public static JsonObject? Object(this JsonNode? node, string key) => Member(node, key) as JsonObject;

    public static JsonArray? List(this JsonNode? node, string key) => Member(node, key) as JsonArray;

    public static bool Flag(this JsonNode? node, string key, bool otherwise = false) =>
        Member(node, key) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    public static int? Int(this JsonNode? node, string key) =>
        Member(node, key) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : null;

    public static JsonNode? Member(this JsonNode? node, string key) =>
        node is JsonObject owner && owner.TryGetPropertyValue(key, out var value) ? value : null;

    /// <summary>A string or a list of strings.</summary>
    public static IEnumerable<string> Strings(this JsonNode? node) => node switch
    {
        JsonArray list => list.Select(AsText).OfType<string>(),
        _ => node.AsText() is { } text ? [text] : [],
    };
}
