using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Configuration.Schema;

namespace Tollgate.Kubernetes.Fields;

/// <summary>Every kind of resource that is known, with what each of its fields may hold and what becomes of it.</summary>
internal sealed class KindTable
{
    private static readonly string[] Tables = ["common", "ai", "gateway", "envoy"];

    private readonly FrozenDictionary<string, Field> _groups;

    private KindTable(IEnumerable<string> tables)
    {
        var all = tables.SelectMany(table => FieldReader.Read(table)).ToList();
        _groups = all.Where(field => field.Name.StartsWith('@')).ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
        Kinds = [.. all.Where(field => !field.Name.StartsWith('@')).Select(Expand).Select(field => new Kind(field, Shapes(field)))];
        ByName = Kinds.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);
    }

    /// <summary>The one that is built in.</summary>
    public static KindTable Default { get; } = new(Tables.Select(Resource));

    /// <summary>In the order of the tables.</summary>
    public ImmutableArray<Kind> Kinds { get; }

    public FrozenDictionary<string, Kind> ByName { get; }

    private static string Resource(string name)
    {
        using var stream = typeof(KindTable).Assembly.GetManifestResourceStream($"Tollgate.Kubernetes.Kinds.{name}.kind")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The field with the fields of its group, and so on down.</summary>
    private Field Expand(Field field)
    {
        var group = field.Type.StartsWith('@') ? _groups[field.Type] : field;
        return field with { Type = field.Type.StartsWith('@') ? "object" : field.Type, Fields = [.. group.Fields.Select(Expand)], Rules = group.Rules };
    }

    /// <summary>What every resource has besides.</summary>
    private Field WithHead(Field kind) => kind with
    {
        Fields =
        [
            new Field("apiVersion", "string"), new Field("kind", "string"), Expand(new Field("metadata", "@metadata") { IsRequired = true }),
            .. kind.Fields,
            new Field("status", "any"),
        ],
    };

    private FrozenDictionary<string, ObjectShape> Shapes(Field kind)
    {
        var whole = WithHead(kind);
        return Kind.VersionsOf(kind).ToFrozenDictionary(version => version, version => ShapeOf(whole, version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..]), StringComparer.Ordinal);
    }

    private static ObjectShape ShapeOf(Field field, string version) => new(
        $"a map with {string.Join(", ", field.Fields.Take(4).Select(inner => inner.Name))}",
        [.. field.Fields.Where(inner => inner.IsIn(version)).Select(inner => Key(inner, version))])
    {
        Rules = [.. field.RulesIn(version).Select(FieldRules.Parse)],
        MayBeEmpty = true,
        Elsewhere = field.Fields.Where(inner => !inner.IsIn(version)).ToImmutableDictionary(inner => inner.Name, inner => $"it is a field of {inner.Limits["in"]} only: write that in apiVersion", StringComparer.Ordinal),
    };

    private static ConfigKey Key(Field field, string version)
    {
        Shape shape = field.Type == "object" ? ShapeOf(field, version) : FieldTypes.Of(field);
        return new ConfigKey(field.Name, field.Note, field.IsList ? ListOf(field, shape) : shape)
        {
            IsRequired = field.IsRequired,
            Idle = field.Decision == Decision.Ignored ? field.Note : null,
            Unserved = field.Decision == Decision.Refused ? field.Note : null,
        };
    }

    private static ListShape ListOf(Field field, Shape item) => new("a list", item)
    {
        Minimum = field.Number("min") ?? 0,
        Maximum = field.Number("max") ?? 0,
        UniqueBy = field.Limits.TryGetValue("unique", out var key) ? key : field.Limits.ContainsKey("set") ? "" : null,
    };
}

/// <summary>A kind of resource.</summary>
/// <param name="Field">Its fields, and what becomes of the kind as a whole.</param>
/// <param name="Shapes">What may be written, for each of <see cref="Versions"/>.</param>
internal sealed record Kind(Field Field, FrozenDictionary<string, ObjectShape> Shapes)
{
    public string Name => Field.Name;

    /// <summary>Such as <c>gateway.networking.k8s.io/v1</c>.</summary>
    public ImmutableArray<string> Versions { get; } = VersionsOf(Field);

    internal static ImmutableArray<string> VersionsOf(Field field) => [.. field.Limits["versions"].Split(',')];

    /// <summary>Such as <c>gateway.networking.k8s.io</c>; empty for the core group.</summary>
    public string Group => Versions[0].Contains('/', StringComparison.Ordinal) ? Versions[0][..Versions[0].IndexOf('/', StringComparison.Ordinal)] : "";
}
