using System.Globalization;
using System.Text;

namespace Tollgate.Tests.Cel;

/// <summary>A message in protobuf's text format: fields in order, each a message, or text (decoded), or a bare word.</summary>
internal sealed class TextProto
{
    private readonly List<(string Name, object Value)> fields = [];

    public IEnumerable<TextProto> Messages(string name) => fields.Where(field => field.Name == name).Select(field => field.Value).OfType<TextProto>();

    public TextProto? Message(string name) => Messages(name).FirstOrDefault();

    /// <summary>A quoted value as UTF-16.</summary>
    public string? Text(string name) => Bytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public byte[]? Bytes(string name) => fields.FirstOrDefault(field => field.Name == name).Value as byte[];

    /// <summary>A value without quotes.</summary>
    public string? Word(string name) => fields.FirstOrDefault(field => field.Name == name).Value as string;

    /// <summary>The first field.</summary>
    public string Kind => fields.Count == 0 ? "" : fields[0].Name;

    public bool Has(string name) => fields.Any(field => field.Name == name);

    public static TextProto Parse(string text) => new Reader(text).ReadMessage("");

    private sealed class Reader(string text)
    {
        private int at;

        public TextProto ReadMessage(string end)
        {
            var message = new TextProto();
            while (Peek() is var next && next != end)
            {
                var name = Word();
                if (Peek() == ":") at++;
                message.fields.Add((name, ReadValue()));
                if (Peek() is "," or ";") at++;
            }

            at += end.Length;
            return message;
        }

        private object ReadValue()
        {
            switch (Peek())
            {
                case "{":
                    at++;
                    return ReadMessage("}");
                case "'" or "\"":
                    var bytes = new List<byte>();
                    while (Peek() is "'" or "\"") ReadQuoted(bytes);
                    return bytes.ToArray();
                default:
                    return Word();
            }
        }

        private string Word()
        {
            Peek();
            var start = at;
            if (text[at] == '[') at = text.IndexOf(']', at) + 1;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.' or '-' or '+')) at++;
            at.ShouldBeGreaterThan(start, $"a word is expected at {start}");
            return text[start..at];
        }

        // "" at the end of the text.
        private string Peek()
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '#'))
            {
                if (text[at] == '#') while (at < text.Length && text[at] != '\n') at++;
                else at++;
            }

            return at < text.Length ? text[at].ToString() : "";
        }

        private void ReadQuoted(List<byte> bytes)
        {
            var quote = text[at++];
            while (text[at] != quote)
            {
                if (text[at] == '\\') ReadEscape(bytes);
                else
                {
                    var length = char.IsHighSurrogate(text[at]) ? 2 : 1;
                    bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, length)));
                    at += length;
                }
            }

            at++;
        }

        private void ReadEscape(List<byte> bytes)
        {
            var c = text[at + 1];
            at += 2;
            switch (c)
            {
                case 'x': bytes.Add((byte)Digits(2, 16)); break;
                case 'u': bytes.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(Digits(4, 16)))); break;
                case 'U': bytes.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(Digits(8, 16)))); break;
                case >= '0' and <= '7':
                    at--;
                    bytes.Add((byte)Digits(3, 8));
                    break;
                default: bytes.Add(c switch { 'a' => 7, 'b' => 8, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, 'v' => 11, _ => (byte)c }); break;
            }
        }

        private int Digits(int most, int radix)
        {
            var value = 0;
            for (; most > 0 && int.TryParse(text.AsSpan(at, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit) && digit < radix; most--, at++)
            {
                value = (value * radix) + digit;
            }

            return value;
        }
    }
}
