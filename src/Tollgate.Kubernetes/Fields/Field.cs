using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Tollgate.Kubernetes.Fields;

/// <summary>What becomes of a field.</summary>
internal enum Decision
{
    /// <summary>The gateway does what it says.</summary>
    Honoured,

    /// <summary>It has no meaning here; a warning says why.</summary>
    Ignored,

    /// <summary>It would change what the gateway does, and the gateway cannot do that: it does not run with it.</summary>
    Refused,
}

/// <summary>A field of a resource, as its line in a table says it.</summary>
/// <param name="Name">As it is written in manifests.</param>
/// <param name="Type">Name of a scalar type, <c>object</c>, or <c>@</c> and the name of a group of fields.</param>
internal sealed record Field(string Name, string Type)
{
    private const string Only = "in";
    private const string OnlyPrefix = Only + "=";

    /// <summary>True: a list of them.</summary>
    public bool IsList { get; init; }

    /// <summary>True: it must be written.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Limits: <c>min</c>, <c>max</c>, <c>enum</c>, <c>not</c>, <c>unique</c>, <c>set</c>; <c>in</c>: the only version that has it.</summary>
    public FrozenDictionary<string, string> Limits { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What becomes of it.</summary>
    public Decision Decision { get; init; }

    /// <summary>Why, or what it does here; often empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Fields in it.</summary>
    public ImmutableArray<Field> Fields { get; init; } = [];

    /// <summary>What its fields must have in common, as it is written in the table.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>True when a version, such as <c>v1beta1</c>, has the field.</summary>
    public bool IsIn(string version) => !Limits.TryGetValue(Only, out var only) || only == version;

    /// <summary>The rules of a version.</summary>
    public IEnumerable<string> RulesIn(string version) => Rules
        .Where(rule => !rule.StartsWith(OnlyPrefix, StringComparison.Ordinal) || rule.StartsWith($"{OnlyPrefix}{version} ", StringComparison.Ordinal))
        .Select(rule => rule.StartsWith(OnlyPrefix, StringComparison.Ordinal) ? rule[(rule.IndexOf(' ', StringComparison.Ordinal) + 1)..] : rule);

    /// <summary>A limit that is a number, or null.</summary>
    public int? Number(string limit) => Limits.TryGetValue(limit, out var text) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
}
