using System.Text;

namespace Tollgate.Protocols.Tests.Json;

/// <summary>Writes random JSON with everything the grammar allows, from a seed that FsCheck chooses and shrinks.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Strings =
    [
        "", "a", "plain text, rather longer than one vector of sixteen or thirty-two bytes", "é ü 漢字 🙂", "\\n\\t\\\"\\\\\\/\\b\\f\\r",
        "\\u0041\\uD83D\\ude00", "\\ud800", "{\\\"not\\\":[1,2]}", "\u007f", "// no comment", "x\\\\", "model",
    ];

    private static readonly string[] Scalars =
    [
        "0", "-0", "12345678901234567890", "1.0", "0.12345678901234567890", "1e-7", "-1E+400", "true", "false", "null", "9007199254740993",
    ];

    private const string Grammar = "{}[]\",:\\0123456789.eE+-truefalsn \n\tu\u0001";

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public string Space() => Chance(60) ? "" : new string([.. Enumerable.Range(0, _random.Next(4)).Select(_ => " \n\r\t"[_random.Next(4)])]);

    public string Value(int depth = 0) => (depth > 4 ? _random.Next(2) : _random.Next(4)) switch
    {
        0 => Scalars[_random.Next(Scalars.Length)],
        1 => '"' + string.Concat(Enumerable.Range(0, _random.Next(4)).Select(_ => Strings[_random.Next(Strings.Length)])) + '"',
        2 => Container('[', ']', () => Value(depth + 1)),
        _ => Container('{', '}', () => $"\"{Strings[_random.Next(Strings.Length)]}\"{Space()}:{Space()}{Value(depth + 1)}"),
    };

    /// <summary>Members with names m0, m1, …, some of them escaped, and the object's text around them.</summary>
    public (List<(string RawName, string RawValue)> Members, string Text) Object(int maxMembers = 6)
    {
        var members = Enumerable.Range(0, _random.Next(maxMembers + 1)).Select(i => (RawName: Name(i), RawValue: Value(1))).ToList();
        var text = new StringBuilder(Space()).Append('{').Append(Space());
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0) text.Append(Space()).Append(',').Append(Space());
            text.Append(members[i].RawName).Append(Space()).Append(':').Append(Space()).Append(members[i].RawValue);
        }

        return (members, text.Append(Space()).Append('}').Append(Space()).ToString());
    }

    /// <summary>Changes, removes, doubles or adds a few bytes.</summary>
    public byte[] Mutate(byte[] json)
    {
        var bytes = json.ToList();
        for (var i = _random.Next(3); i >= 0 && bytes.Count > 0; i--)
        {
            var at = _random.Next(bytes.Count);
            var b = Chance(80) ? (byte)Grammar[_random.Next(Grammar.Length)] : (byte)_random.Next(256);
            switch (_random.Next(4))
            {
                case 0: bytes[at] = b; break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, b); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    private string Name(int i) => Chance(20) ? $"\"\\u006d{i}\"" : $"\"m{i}\"";

    private string Container(char open, char close, Func<string> item) =>
        open + Space() + string.Join(Space() + "," + Space(), Enumerable.Range(0, _random.Next(4)).Select(_ => item())) + Space() + close;
}
