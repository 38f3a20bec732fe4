using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

public sealed class TextTemplateTests
{
    private const string Around = """{"a":[{"text":""},null]}""";

    private static readonly string[] Pieces = ["plain", "\"", "\\", "\n", "\u0001", "\u007f", "\u00a0", "\u2028", "é", "語", "🙂", "\ud83d", "\ude42", "\ufffe", "\ue000", "<&>'+/", ""];

    [Fact]
    public void A_text_is_escaped_as_a_writer_escapes_it() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        Templated(text).ShouldBe(Written(WellFormed(text)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_character_alone_is_escaped_as_a_writer_escapes_it()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var text = ((char)c).ToString();
            Templated(text).ShouldBe(Written(WellFormed(text)));
        }
    }

    [Fact]
    public void A_text_that_is_nothing_but_escapes_has_room()
    {
        var text = new string('\u0001', 1024);
        Templated(text).ShouldBe(Written(text));
    }

    [Fact]
    public void A_long_text_is_left_to_a_writer()
    {
        var output = new ArrayBufferWriter<byte>();
        Template().TryWrite(new string('a', 1025), output).ShouldBeFalse();
        output.WrittenCount.ShouldBe(0);
    }

    private static TextTemplate Template() => new(Encoding.UTF8.GetBytes(Around), Around.IndexOf("\"\"", StringComparison.Ordinal) + 1);

    private static string Templated(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        Template().TryWrite(text, output).ShouldBeTrue();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Written(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("a");
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
            json.WriteNullValue();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
