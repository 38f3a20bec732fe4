using System.Globalization;
using System.Text.Json;

namespace Tollgate.Conformance.Tests.Otlp;

/// <summary>One decoded message of OTLP, its fields by their names in the definitions. A field that was not sent is not there.</summary>
internal readonly record struct OtlpMessage(JsonElement Json)
{
    public Dictionary<string, string> Attributes => Each("attributes").ToDictionary(a => a.Text("key"), a => a.One("value").Value, StringComparer.Ordinal);

    /// <summary>As an <c>AnyValue</c>, of which one field is there: in text.</summary>
    public string Value => Json.ValueKind == JsonValueKind.Object && Json.EnumerateObject().FirstOrDefault() is { Value: { ValueKind: not JsonValueKind.Undefined } value } ? Written(value) : "";

    /// <summary>The messages at the end of a path of fields, lists among them.</summary>
    public IEnumerable<OtlpMessage> Each(params string[] path) => path.Aggregate<string, IEnumerable<OtlpMessage>>([this], (level, name) => level.SelectMany(m => m.Inside(name)));

    public OtlpMessage One(string name) => Inside(name).SingleOrDefault();

    /// <summary>A text, the name of an enumeration's value, or a whole number.</summary>
    public string Text(string name) => Json.TryGetProperty(name, out var value) ? value.ToString() : "";

    /// <summary>An id, in hexadecimal digits.</summary>
    public string Hex(string name) => Convert.ToHexStringLower(Convert.FromBase64String(Text(name)));

    public double Number(string name) => Json.GetProperty(name).GetDouble();

    private IEnumerable<OtlpMessage> Inside(string name)
    {
        if (Json.ValueKind != JsonValueKind.Object || !Json.TryGetProperty(name, out var value)) return [];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(v => new OtlpMessage(v)) : [new OtlpMessage(value)];
    }

    private static string Written(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "[" + string.Join(", ", new OtlpMessage(value).Each("values").Select(v => v.Value)) + "]",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
