using System.Collections.Immutable;
using System.Text.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>A JSON Schema with its references, single alternatives and conjunctions written out one level deep.</summary>
internal sealed class SchemaNode(ImmutableStack<string> trail)
{
    /// <summary>References on the way here: meeting one again means recursion.</summary>
    public ImmutableStack<string> Trail { get; set; } = trail;

    /// <summary>Keywords other than those below; later ones win.</summary>
    public Dictionary<string, JsonElement> Keywords { get; } = new(StringComparer.Ordinal);

    /// <summary>Properties in order.</summary>
    public Dictionary<string, JsonElement> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>Required ones in order.</summary>
    public List<string> Required { get; } = [];

    /// <summary>Types, <c>null</c> left out.</summary>
    public List<string> Types { get; } = [];

    /// <summary>Branches of anyOf or oneOf, null left out; more than one, or none.</summary>
    public List<JsonElement> Branches { get; } = [];

    /// <summary>True when null is allowed.</summary>
    public bool IsNullable { get; set; }

    /// <summary>Text of a keyword.</summary>
    public string? Text(string keyword) =>
        Keywords.TryGetValue(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.Lossy() : null;
}
