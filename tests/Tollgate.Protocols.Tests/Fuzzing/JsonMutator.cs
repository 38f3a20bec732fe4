using System.Text;
using System.Text.Json;

namespace Tollgate.Protocols.Tests.Fuzzing;

/// <summary>
/// Changes JSON where it hurts: values and names as wholes, which keeps the rest valid and so gets behind the parser, and now and then single
/// bytes. The same seed makes the same changes.
/// </summary>
internal sealed class JsonMutator(int seed)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "1.0", "1e400", "-1e-400", "9223372036854775808", "2147483648", "\"\"", "\" \"", "\"a\"", "\"\\ud83d\"", "\"\\udc00x\"",
        "\"\\u0000\"", "\"data:image/png;base64,AAAA\"", "\"https://a.b/c\"", "\"{\"", "[]", "{}", "[[]]", "[null]", "[{}]", "{\"a\":{}}", "{\"type\":\"text\"}",
        "{\"type\":\"text\",\"text\":\"x\"}", "{\"type\":\"object\",\"$ref\":\"#\"}", "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}", "{\"\\ud83d\":1}",
        "\"assistant\"", "\"user\"", "\"tool\"", "\"system\"", "\"function\"", "\"thinking\"", "\"tool_use\"", "\"tool_result\"", "\"enabled\"", "\"json_schema\"",
    ];

    private static readonly string[] Names =
    [
        "type", "text", "role", "content", "id", "name", "index", "delta", "message", "messages", "input", "arguments", "tool_calls", "function", "usage", "choices", "error",
        "candidates", "parts", "output", "stopReason", "\\ud83d", "", "source", "schema", "$ref", "enum", "properties", "items", "anyOf",
    ];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>One to four changes of <paramref name="json"/>; <paramref name="others"/> give pieces to put in.</summary>
    public byte[] Mutate(byte[] json, IReadOnlyList<byte[]> others)
    {
        for (var i = _random.Next(4); i >= 0; i--) json = _random.Next(10) == 0 ? Scratch(json) : Change(json, others);
        return json;
    }

    private byte[] Change(byte[] json, IReadOnlyList<byte[]> others)
    {
        var spans = Spans(json);
        if (spans.Count == 0) return Scratch(json);
        var (start, end, isName) = Pick(spans);
        if (isName) return Splice(json, start, end, '"' + Pick(Names) + '"');
        return _random.Next(8) switch
        {
            0 => Splice(json, start, end, Encoding.UTF8.GetString(Piece(Pick(others)))),
            1 => Splice(json, start, end, Encoding.UTF8.GetString(Piece(json))),
            2 => Splice(json, start, start, Pick(Values) + ","),
            3 => Splice(json, start, end, Nest(Encoding.UTF8.GetString(json.AsSpan(start, end - start)))),
            4 => Splice(json, start, end, '"' + new string(Pick(["x", "é", "\\n", "🙂"])[0], _random.Next(3000)) + '"'),
            _ => Splice(json, start, end, Pick(Values)),
        };
    }

    private string Nest(string value)
    {
        var depth = _random.Next(4) == 0 ? _random.Next(200) : _random.Next(4);
        return _random.Next(2) == 0
            ? new string('[', depth) + value + new string(']', depth)
            : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + value + new string('}', depth);
    }

    private byte[] Piece(byte[] json)
    {
        var spans = Spans(json);
        if (spans.Count == 0) return "{}"u8.ToArray();
        var (start, end, _) = Pick(spans);
        return json[start..end];
    }

    private byte[] Scratch(byte[] json)
    {
        if (json.Length == 0) return [(byte)_random.Next(256)];
        var at = _random.Next(json.Length);
        return _random.Next(4) switch
        {
            0 => [.. json[..at], (byte)_random.Next(256), .. json[(at + 1)..]],
            1 => [.. json[..at], .. json[(at + 1)..]],
            2 => [.. json[..at], (byte)_random.Next(256), .. json[at..]],
            _ => json[..at],
        };
    }

    private static byte[] Splice(byte[] json, int start, int end, string text) => [.. json[..start], .. Encoding.UTF8.GetBytes(text), .. json[end..]];

    /// <summary>Where values and names stand, as far as it is JSON.</summary>
    private static List<(int Start, int End, bool IsName)> Spans(byte[] json)
    {
        var spans = new List<(int, int, bool)>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartArray or JsonTokenType.StartObject: open.Push((int)reader.TokenStartIndex); break;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject: spans.Add((open.Pop(), (int)reader.BytesConsumed, false)); break;
                    case JsonTokenType.PropertyName: spans.Add(((int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2, true)); break;
                    default: spans.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, false)); break;
                }
            }
        }
        catch (JsonException)
        {
            // What came before is good enough.
        }

        return spans;
    }
}
