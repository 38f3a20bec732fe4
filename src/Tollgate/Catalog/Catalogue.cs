using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace Tollgate.Catalog;

/// <summary>The kinds of providers that the gateway knows.</summary>
public sealed class Catalogue
{
    private static readonly Lazy<Catalogue> BuiltIn = new(ReadEmbedded);

    private readonly FrozenDictionary<string, ProviderKind> _byAnyName;

    /// <summary>A catalogue of these kinds, in this order.</summary>
    /// <exception cref="ArgumentException">Two kinds share a name or an alias.</exception>
    public Catalogue(IEnumerable<ProviderKind> kinds)
    {
        All = [.. kinds];
        Kinds = All.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);
        _byAnyName = All
            .SelectMany(kind => kind.Aliases.Prepend(kind.Name).Select(name => KeyValuePair.Create(name, kind)))
            .ToDictionary(StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The catalogue that ships with the gateway.</summary>
    public static Catalogue Default => BuiltIn.Value;

    /// <summary>Every kind, in the order in which they are printed and discovered.</summary>
    public ImmutableArray<ProviderKind> All { get; }

    /// <summary>Every kind by its name. <see cref="Find"/> knows aliases too.</summary>
    public FrozenDictionary<string, ProviderKind> Kinds { get; }

    /// <summary>Names and aliases, for messages.</summary>
    internal IEnumerable<string> Names => _byAnyName.Keys;

    /// <summary>The kind of that name or alias, or null.</summary>
    public ProviderKind? Find(string name) => _byAnyName.GetValueOrDefault(name);

    /// <summary>Reads a catalogue.</summary>
    /// <param name="text">YAML, as in <c>providers.yaml</c>.</param>
    /// <param name="fileName">Named in messages.</param>
    /// <exception cref="FormatException">Something in it is wrong; the message has one <c>file:line:column: message</c> a line.</exception>
    public static Catalogue Parse(string text, string fileName) => CatalogueReader.Read(text, fileName);

    private static Catalogue ReadEmbedded()
    {
        const string Name = "Tollgate.Catalog.providers.yaml";
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The resource {Name} is missing from this build");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return CatalogueReader.ReadChecked(reader.ReadToEnd(), "providers.yaml");
    }
}
