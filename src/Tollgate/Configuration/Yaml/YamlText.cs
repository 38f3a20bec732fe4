using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tollgate.Configuration.Yaml;

/// <summary>Writes nodes as a YAML text that is read as the same nodes. Variables stay variables.</summary>
internal static partial class YamlText
{
    private const int Step = 2;

    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"];

    public static string Write(YamlMap root)
    {
        var text = new StringBuilder();
        foreach (var entry in root.Entries) Entry(text, entry, 0);
        return text.ToString();
    }

    private static void Entry(StringBuilder text, YamlEntry entry, int depth)
    {
        text.Append(Key(entry.Key)).Append(':');
        Value(text, entry.Value, depth);
    }

    private static void Value(StringBuilder text, YamlNode node, int depth)
    {
        switch (node)
        {
            case YamlMap { Entries.Count: > 0 } map:
                text.Append('\n');
                for (var i = 0; i < map.Entries.Count; i++) Entry(text.Append(' ', depth + Step), map.Entries[i], depth + Step);
                break;
            case YamlList { Items.Count: > 0 } list when list.Items.All(item => item is YamlScalar):
                text.Append(" [").AppendJoin(", ", list.Items.Select(item => Inline((YamlScalar)item, isFlow: true))).Append("]\n");
                break;
            case YamlList { Items.Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list.Items) Item(text.Append(' ', depth + Step).Append('-'), item, depth + Step);
                break;
            case YamlScalar scalar when IsBlock(scalar):
                Block(text, scalar.Text, depth + Step);
                break;
            case YamlScalar scalar:
                text.Append(' ').Append(Inline(scalar, isFlow: false)).Append('\n');
                break;
            default:
                text.Append(node is YamlMap ? " {}\n" : " []\n");
                break;
        }
    }

    private static void Item(StringBuilder text, YamlNode item, int depth)
    {
        if (item is not YamlMap { Entries.Count: > 0 } map)
        {
            Value(text, item, depth);
            return;
        }

        for (var i = 0; i < map.Entries.Count; i++) Entry(i == 0 ? text.Append(' ') : text.Append(' ', depth + Step), map.Entries[i], depth + Step);
    }

    private static string Key(string key) => IsWord(key) ? key : Quoted(key);

    private static string Inline(YamlScalar scalar, bool isFlow)
    {
        if (HasVariable(scalar)) return Quoted(DefaultMark().Replace(scalar.Written, "$1:-"));
        if (scalar.IsPlain && (Number().IsMatch(scalar.Text) || scalar.Text is "true" or "false" or "null")) return scalar.Text;

        var text = scalar.Text.Replace("$", "$$", StringComparison.Ordinal);
        return IsWord(text) && !(isFlow && text.Contains(',', StringComparison.Ordinal)) ? text : Quoted(text);
    }

    private static bool HasVariable(YamlScalar scalar) => scalar.Text != scalar.Written && scalar.Written.Contains("${", StringComparison.Ordinal);

    /// <summary>Texts of several lines are readable as they are: certificates, keys in JSON.</summary>
    private static bool IsBlock(YamlScalar scalar) => !HasVariable(scalar) && scalar.Text.TrimEnd('\n').Contains('\n', StringComparison.Ordinal)
        && scalar.Text.TrimEnd('\n').Split('\n').All(line => line.Length > 0 && line[0] != ' ' && line.All(c => c is >= ' ' and <= '~'));

    private static void Block(StringBuilder text, string content, int depth)
    {
        text.Append(content.EndsWith('\n') ? " |\n" : " |-\n");
        foreach (var line in content.TrimEnd('\n').Split('\n')) text.Append(' ', depth).Append(line.Replace("$", "$$", StringComparison.Ordinal)).Append('\n');
    }

    private static bool IsWord(string text) => Word().IsMatch(text) && !Words.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex("^[A-Za-z_/](?:[A-Za-z0-9_./@-]|:(?=[A-Za-z0-9/]))*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex("^(?:-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|[0-9]+(?:ms|s|m|h))$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex("(\\$\\{[A-Za-z0-9_]+):=", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DefaultMark();
}
