using System.Text;
using Tollgate.Protocols.Json;
using Tollgate.Protocols.Tests.Json;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

/// <summary>Objects and arrays end where a reader that looks at every byte finds their end, in whatever text they stand.</summary>
public sealed class JsonSkimTests
{
    private const int Texts = 20_000;

    [Fact]
    public void Containers_end_where_a_plain_reader_says_in_valid_and_broken_texts()
    {
        for (var seed = 0; seed < Texts; seed++)
        {
            var random = new RandomJson(seed);
            var text = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => random.Value())) + "]" + random.Object().Text);
            Check(text);
            Check(random.Mutate(text));
        }
    }

    [Fact]
    public void Containers_end_where_a_plain_reader_says_in_any_order_of_quotes_brackets_and_backslashes()
    {
        var random = new Random(1);
        for (var i = 0; i < Texts; i++)
        {
            // Few letters make strings and escapes cross the blocks' borders in every way; many make blocks without any.
            var letters = i % 2 == 0 ? "\"\\{}[]a" : "\"\\{}[]aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
            var text = new byte[1 + random.Next(300)];
            for (var at = 0; at < text.Length; at++) text[at] = (byte)letters[random.Next(letters.Length)];
            text[0] = (byte)'{';
            Check(text);
        }
    }

    [Fact]
    public void A_text_that_breaks_off_anywhere_has_no_end()
    {
        var whole = Encoding.UTF8.GetBytes("{\"choices\":[{\"message\":{\"content\":\"" + new string('x', 100) + "\\\\\\\"}]\"}}],\"n\":[" + string.Join(',', Enumerable.Repeat("{}", 80)) + "]}");
        for (var length = 1; length < whole.Length; length++) JsonSkim.ValueEnd(whole.AsSpan(0, length), 0).ShouldBe(-1);
        JsonSkim.ValueEnd(whole, 0).ShouldBe(whole.Length);
    }

    [Fact]
    public void A_backslash_outside_strings_escapes_nothing()
    {
        var text = Encoding.UTF8.GetBytes("{\\\"}\"" + new string(' ', 100) + "}");
        JsonSkim.ValueEnd(text, 0).ShouldBe(text.Length);
        BracketScan.TryFindEnd(text, 1, out _).ShouldBeFalse();
    }

    private static void Check(byte[] text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is not ((byte)'{' or (byte)'[')) continue;
            var expected = PlainEnd(text, at);
            if (JsonSkim.ValueEnd(text, at) != expected) JsonSkim.ValueEnd(text, at).ShouldBe(expected, $"from {at} of {Encoding.Latin1.GetString(text)}");
        }
    }

    private static int PlainEnd(byte[] text, int at)
    {
        var (depth, isInString) = (0, false);
        for (; at < text.Length; at++)
        {
            if (text[at] == '"') isInString = !isInString;
            else if (isInString) at += text[at] == '\\' ? 1 : 0;
            else if (text[at] is (byte)'{' or (byte)'[') depth++;
            else if (text[at] is (byte)'}' or (byte)']' && --depth == 0) return at + 1;
        }

        return -1;
    }
}
