namespace Tollgate.Configuration.Yaml;

/// <summary>A piece of a YAML document that remembers where it was written.</summary>
internal abstract record YamlNode(SourcePlace Place)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Noun { get; }

    /// <summary>Nodes in it when every alias is written out; bounds what a small file can unfold to.</summary>
    public long Size { get; init; } = 1;
}

/// <summary>A single value.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Text">What it means: <c>${VAR}</c> replaced.</param>
/// <param name="Written">What stands in the file. Messages quote this, so that a variable's value never shows.</param>
/// <param name="IsPlain">Written without quotes.</param>
internal sealed record YamlScalar(SourcePlace Place, string Text, string Written, bool IsPlain) : YamlNode(Place)
{
    public override string Noun => IsNull ? "nothing" : "a single value";

    /// <summary>A variable in it could not be replaced. That was reported; nothing else about it should be.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Nothing was written, or YAML's word for it.</summary>
    public bool IsNull => IsPlain && Written is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
internal sealed record YamlList(SourcePlace Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place)
{
    public override string Noun => "a list";
}

/// <summary>Keys and values, in the order written, every key once.</summary>
internal sealed record YamlMap(SourcePlace Place, IReadOnlyList<YamlEntry> Entries) : YamlNode(Place)
{
    public override string Noun => "a map";

    public YamlNode? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Key == key) return entry.Value;
            }

            return null;
        }
    }
}

/// <summary>One key and its value.</summary>
internal sealed record YamlEntry(string Key, SourcePlace Place, YamlNode Value);
