using System.Collections.Immutable;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Schema;

/// <summary>
/// What a place in the file may hold. One tree of shapes describes the whole file: the loader checks against it,
/// and the JSON Schema is written from it, so that the two cannot disagree.
/// </summary>
/// <param name="Expected">What belongs there, for messages, such as <c>a duration such as 10s</c>.</param>
internal abstract record Shape(string Expected);

/// <summary>A single value.</summary>
/// <param name="Expected">What belongs there.</param>
/// <param name="JsonType"><c>string</c>, <c>integer</c> or <c>boolean</c>.</param>
/// <param name="Complaint">What is wrong with a text, or null. Called after <c>${VAR}</c> is replaced.</param>
internal sealed record ScalarShape(string Expected, string JsonType, Func<string, string?> Complaint) : Shape(Expected)
{
    /// <summary>Regular expression of the JSON Schema.</summary>
    public string? Pattern { get; init; }

    /// <summary>The words allowed, when there are few.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Smallest number allowed.</summary>
    public long? Minimum { get; init; }

    /// <summary>Messages never quote it.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>A list of alike items.</summary>
internal sealed record ListShape(string Expected, Shape Item) : Shape(Expected)
{
    /// <summary>Fewest items.</summary>
    public int Minimum { get; init; }

    /// <summary>Most items; 0: any number.</summary>
    public int Maximum { get; init; }

    /// <summary>Items differ in this key; "" for single values that differ. Null: they may be alike.</summary>
    public string? UniqueBy { get; init; }
}

/// <summary>A map whose keys are the operator's own names.</summary>
internal sealed record MapShape(string Expected, Shape Value) : Shape(Expected);

/// <summary>A map with known keys.</summary>
internal sealed record ObjectShape(string Expected, ImmutableArray<ConfigKey> Keys) : Shape(Expected)
{
    /// <summary>Name in the JSON Schema's <c>$defs</c>; null: written in place.</summary>
    public string? Name { get; init; }

    /// <summary>Writing nothing means an empty map.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Keys that people expect here and that belong elsewhere, each with the mend.</summary>
    public ImmutableDictionary<string, string> Elsewhere { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What its keys must have in common.</summary>
    public ImmutableArray<ShapeRule> Rules { get; init; } = [];

    public ConfigKey? Find(string name) => Keys.FirstOrDefault(key => key.Name == name);
}

/// <summary>What the keys of a map must have in common.</summary>
/// <param name="Check">The key at fault (null: the map) and what is wrong, or null.</param>
internal sealed record ShapeRule(Func<YamlMap, (string? Key, string Message)?> Check);

/// <summary>A single value, a list or a map: each form at most once, so that the form written tells which is meant.</summary>
internal sealed record FormsShape(string Expected, ImmutableArray<Shape> Forms) : Shape(Expected);

/// <summary>Any JSON value.</summary>
internal sealed record AnyShape(string Expected) : Shape(Expected);

/// <summary>A key that may be written.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Description">What it does, for editors and documents.</param>
/// <param name="Shape">What it may hold.</param>
internal sealed record ConfigKey(string Name, string Description, Shape Shape)
{
    /// <summary>Must be written.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Known, but not served by this version: what to write instead.</summary>
    public string? Refusal { get; init; }

    /// <summary>Read and checked, but without effect: why.</summary>
    public string? Idle { get; init; }

    /// <summary>Read and checked, but a gateway cannot run with it: what to do instead.</summary>
    public string? Unserved { get; init; }
}
