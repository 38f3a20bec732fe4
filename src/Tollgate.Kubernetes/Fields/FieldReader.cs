using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Tollgate.Kubernetes.Fields;

/// <summary>
/// Reads tables of fields. A line is a field, two blanks deeper than what it is in:
/// <code>
///   name* type[] limit=value … | note
/// </code>
/// <c>*</c>: required. <c>[]</c>: a list. <c>@group</c> as type: the fields of that group. The note begins with <c>~</c> where the field
/// has no meaning here (the rest says why), with <c>!</c> where the gateway does not run with it, with <c>|</c> where it only explains.
/// A line that begins with <c>?</c> is a rule over the fields beside it, see <see cref="FieldRules"/>; <c>in=VERSION</c> before it: in that version.
/// </summary>
internal static class FieldReader
{
    /// <summary>The fields of the outermost level: kinds, whose limits are their versions, and groups.</summary>
    public static ImmutableArray<Field> Read(string table)
    {
        var lines = table.Split('\n').Where(line => line.Trim().Length > 0 && !line.StartsWith('#')).ToArray();
        var at = 0;
        return Level(lines, ref at, 0).Fields;
    }

    private static (ImmutableArray<Field> Fields, ImmutableArray<string> Rules) Level(string[] lines, ref int at, int depth)
    {
        var fields = ImmutableArray.CreateBuilder<Field>();
        var rules = ImmutableArray.CreateBuilder<string>();
        while (at < lines.Length && DepthOf(lines[at]) == depth)
        {
            var line = lines[at++].Trim();
            if (line.StartsWith('?'))
            {
                rules.Add(line[1..].Trim());
                continue;
            }

            var inner = at < lines.Length && DepthOf(lines[at]) == depth + 1 ? Level(lines, ref at, depth + 1) : ([], []);
            fields.Add(Line(line, depth) with { Fields = inner.Fields, Rules = inner.Rules });
        }

        return (fields.ToImmutable(), rules.ToImmutable());
    }

    private static Field Line(string line, int depth)
    {
        var bar = line.IndexOf(" | ", StringComparison.Ordinal);
        var note = bar < 0 ? "" : line[(bar + 3)..];
        var words = (bar < 0 ? line : line[..bar]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var decision = note.Length == 0 ? Decision.Honoured : note[0] switch { '~' => Decision.Ignored, '!' => Decision.Refused, _ => Decision.Honoured };
        note = note.TrimStart('~', '!', '|', ' ');

        // A kind is followed by its versions, a group by nothing.
        if (depth == 0) return new Field(words[0], "object") { Decision = decision, Note = note, Limits = Kind(words) };
        var type = words[1];
        return new Field(words[0].TrimEnd('*'), type.EndsWith("[]", StringComparison.Ordinal) ? type[..^2] : type)
        {
            IsList = type.EndsWith("[]", StringComparison.Ordinal),
            IsRequired = words[0].EndsWith('*'),
            Limits = words.Skip(2).Select(word => word.Split('=', 2)).ToFrozenDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.Ordinal),
            Decision = decision,
            Note = note,
        };
    }

    private static FrozenDictionary<string, string> Kind(string[] words) =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["versions"] = string.Join(',', words.Skip(1)) }.ToFrozenDictionary(StringComparer.Ordinal);

    private static int DepthOf(string line) => (line.Length - line.TrimStart(' ').Length) / 2;
}
