using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Tollgate.Configuration;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Pricing;

/// <summary>Public prices by kind of provider and model, as <c>prices.yaml</c> has them. What is not in it has no price.</summary>
public sealed class PriceList
{
    private static readonly Lazy<PriceList> BuiltIn = new(ReadEmbedded);

    private readonly FrozenDictionary<string, FrozenDictionary<string, ModelPrice>> _byKind;

    private PriceList(IEnumerable<KeyValuePair<string, Dictionary<string, ModelPrice>>> byKind) =>
        _byKind = byKind.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), StringComparer.Ordinal);

    /// <summary>The list that ships with the gateway.</summary>
    public static PriceList Default => BuiltIn.Value;

    /// <summary>Kinds of providers that have prices.</summary>
    public ImmutableArray<string> Kinds => _byKind.Keys;

    /// <summary>Models of a kind that have prices.</summary>
    public ImmutableArray<string> Models(string kind) => _byKind.TryGetValue(kind, out var models) ? models.Keys : [];

    /// <summary>The price of a model at a kind of provider; null when it is not known.</summary>
    /// <param name="kind">Name of the kind, such as <c>openai</c>.</param>
    /// <param name="model">A model as the provider names it; dates, versions, regions and paths may be part of it.</param>
    public ModelPrice? For(string kind, string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!_byKind.TryGetValue(kind, out var models)) return null;
        foreach (var name in ModelNames.Candidates(model))
        {
            if (models.TryGetValue(name, out var price)) return price;
        }

        return null;
    }

    /// <summary>Reads a list.</summary>
    /// <param name="text">YAML, as in <c>prices.yaml</c>.</param>
    /// <param name="fileName">Named in messages.</param>
    /// <exception cref="FormatException">Something in it is wrong; the message has one <c>file:line:column: message</c> a line.</exception>
    public static PriceList Parse(string text, string fileName) => Read(text, fileName, PriceShapes.Catalogue);

    // The list that ships is checked by a test, and not at every start.
    private static PriceList Read(string text, string fileName, Shape? shape)
    {
        var problems = new List<ConfigProblem>();
        var root = YamlReader.Read(text, fileName, _ => null, problems);
        if (root is not null && shape is not null) new ShapeChecker(problems).Check(root, shape, "the price list");
        if (problems.Count > 0 || root is not YamlMap lists) throw new FormatException(string.Join('\n', problems.InOrder()));

        var byKind = new Dictionary<string, Dictionary<string, ModelPrice>>(StringComparer.Ordinal);
        foreach (var list in lists.Entries.Select(entry => (YamlMap)entry.Value)) Add(list, byKind, problems);
        if (problems.Count > 0) throw new FormatException(string.Join('\n', problems.InOrder()));
        return new PriceList(byKind);
    }

    private static void Add(YamlMap list, Dictionary<string, Dictionary<string, ModelPrice>> byKind, List<ConfigProblem> problems)
    {
        foreach (var kind in list.Texts("kinds"))
        {
            if (!byKind.TryGetValue(kind, out var models)) byKind[kind] = models = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in list.Map("models")!.Entries)
            {
                if (!models.TryAdd(entry.Key, PriceBinder.Bind((YamlMap)entry.Value, list.Text("source")!)))
                {
                    problems.Error(entry.Place, $"'{entry.Key}' has a price for {kind} already: remove one of them");
                }
            }
        }
    }

    private static PriceList ReadEmbedded()
    {
        const string Name = "Tollgate.Catalog.prices.yaml";
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The resource {Name} is missing from this build");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Read(reader.ReadToEnd(), "prices.yaml", shape: null);
    }
}
