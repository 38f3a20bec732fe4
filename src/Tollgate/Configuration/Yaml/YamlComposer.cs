using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tollgate.Configuration.Yaml;

/// <summary>Builds nodes from parse events: one document, every key once, aliases within bounds.</summary>
internal sealed class YamlComposer(IParser parser, string file, Func<string, string?> environment, ICollection<ConfigProblem> problems)
{
    // A configuration of a thousand providers has about 20,000 nodes; aliases of aliases pass this within 20 lines.
    private const long MaxSize = 100_000;
    private const int MaxDepth = 64;
    private const int MostDocuments = 10_000;

    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    /// <summary>Where the last event was that could be read.</summary>
    public SourcePlace Last { get; private set; } = new(file, 1, 1);

    /// <summary>The first document's root; null when the stream is empty.</summary>
    public YamlNode? Document()
    {
        Next();
        if (Next() is not DocumentStart) return null;

        var root = Node(Next(), 0);
        if (root is YamlMap map && map["apiVersion"] is not null)
        {
            problems.Clear();
            throw Broken(root.Place, "this looks like a resource manifest of Envoy AI Gateway (it begins with apiVersion), which this program does not read: "
                + "use the tollgate command, call AddTollgateKubernetes() on the services, or write providers: and models: instead");
        }

        Next();
        if (Next() is DocumentStart second)
        {
            problems.Error(At(second.Start), "a second document begins here: a configuration is one document, remove the --- line");
        }

        return root;
    }

    /// <summary>The roots of all documents, without the empty ones.</summary>
    public List<YamlNode> Documents()
    {
        var roots = new List<YamlNode>();
        Next();
        while (Next() is DocumentStart)
        {
            _anchors.Clear();
            if (roots.Count == MostDocuments) throw Broken(Last, $"more than {MostDocuments} documents");
            if (Node(Next(), 0) is var root and not YamlScalar { IsNull: true }) roots.Add(root);
            Next();
        }

        return roots;
    }

    private YamlNode Node(ParsingEvent next, int depth)
    {
        var place = At(next.Start);
        if (depth > MaxDepth) throw Broken(place, $"this is nested deeper than {MaxDepth} levels");

        var node = next switch
        {
            Scalar scalar => Value(scalar, place),
            SequenceStart => List(place, depth),
            MappingStart => Map(place, depth),
            AnchorAlias alias => Anchored(alias, place),
            _ => throw new InvalidOperationException($"Unexpected event {next.GetType().Name}"),
        };
        if (node.Size > MaxSize) throw Broken(place, $"this unfolds to more than {MaxSize} values: use fewer aliases");
        if (next is NodeEvent { Anchor.IsEmpty: false } named && next is not AnchorAlias) _anchors[named.Anchor.Value] = node;
        return node;
    }

    private YamlNode Anchored(AnchorAlias alias, SourcePlace place) =>
        _anchors.TryGetValue(alias.Value.Value, out var node)
            ? node
            : throw Broken(place, "no anchor of this name stands above: quote the text if * was not meant to begin an alias");

    private YamlList List(SourcePlace place, int depth)
    {
        var items = new List<YamlNode>();
        long size = 1;
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            var item = Node(next, depth + 1);
            items.Add(item);
            size += item.Size;
        }

        return new YamlList(place, items) { Size = size };
    }

    private YamlMap Map(SourcePlace place, int depth)
    {
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, SourcePlace>(StringComparer.Ordinal);
        long size = 1;
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var at = At(next.Start);
            if (next is AnchorAlias) throw Broken(at, "an unquoted * begins an alias in YAML: quote the key, such as \"*\"");
            if (next is not Scalar key) throw Broken(at, "a key must be a single word or a quoted text");

            var value = Node(Next(), depth + 1);
            size += value.Size;
            if (seen.TryGetValue(key.Value, out var first))
            {
                problems.Error(at, $"'{key.Value}' is written twice, first on line {first.Line}: keep one of them");
                continue;
            }

            seen[key.Value] = at;
            entries.Add(new YamlEntry(key.Value, at, value));
        }

        return new YamlMap(place, entries) { Size = size };
    }

    private YamlScalar Value(Scalar scalar, SourcePlace place)
    {
        var written = scalar.Value;
        var isPlain = scalar.Style == ScalarStyle.Plain;
        var text = Interpolation.Replace(written, environment, out var complaint);
        if (text is not null) return new YamlScalar(place, text, written, isPlain);

        problems.Error(Inside(scalar, place, complaint.Index), complaint.Message);
        return new YamlScalar(place, written, written, isPlain) { IsBroken = true };
    }

    // The column of the variable itself, when the value stands in the file as it was read.
    private static SourcePlace Inside(Scalar scalar, SourcePlace place, int index)
    {
        var quotes = scalar.Style == ScalarStyle.Plain ? 0 : 1;
        var isVerbatim = scalar.Start.Line == scalar.End.Line
            && scalar.End.Column - scalar.Start.Column == scalar.Value.Length + (2 * quotes);
        return isVerbatim ? place with { Column = place.Column + quotes + index } : place;
    }

    private ParsingEvent Next()
    {
        do
        {
            if (!parser.MoveNext()) throw new InvalidOperationException("The stream ended early");
        }
        while (parser.Current is Comment);

        var current = parser.Current!;
        Last = At(current.Start);
        return current;
    }

    private SourcePlace At(Mark mark) => YamlReader.Place(file, mark);

    private static YamlRefusal Broken(SourcePlace place, string message) => new(new ConfigProblem(place, message));
}

/// <summary>Stops reading where going on makes no sense; the reader turns it into a problem.</summary>
#pragma warning disable CA1032, MA0048 // It never leaves this folder, and is only made with its problem.
internal sealed class YamlRefusal(ConfigProblem problem) : Exception(problem.Message)
{
    public ConfigProblem Problem { get; } = problem;
}
#pragma warning restore CA1032, MA0048
