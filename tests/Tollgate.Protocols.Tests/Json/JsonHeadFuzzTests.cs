using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

/// <summary>
/// JsonHead against <see cref="PlainJsonHead"/>: the same answer, and the same fault at the same byte, on whatever comes. In the usual tests a
/// hundred thousand mutated bodies; <c>./dev fuzz</c> runs a million.
/// </summary>
public sealed class JsonHeadFuzzTests
{
    private const int UsualCount = 100_000;

    private static readonly JsonNames Names = new("m0", "m1", "m2");

    private static readonly string[] Pieces =
    [
        "\\\"", "\\\\", "\\n", "\\/", "\\b", "\\u00e9", "\\uD83D\\uDe00", "\\", "\\x", "\\u12g4", "\\u123", "\"", "\n", "\0", "\u001f", "\u007f", "é", "漢", "🙂", "{", "u",
    ];

    [Fact]
    public void Finds_what_a_plain_reader_finds_in_mutated_bodies()
    {
        var count = Number("TOLLGATE_FUZZ") ?? UsualCount;
        var first = Number("TOLLGATE_FUZZ_SEED") ?? 1;
        for (var i = 0; i < count; i++)
        {
            var random = new RandomJson(first + i);
            Compare(random.Mutate(Encoding.UTF8.GetBytes(Body(random))), $"seed {first + i}");
        }
    }

    [Fact]
    public void Finds_what_a_plain_reader_finds_wherever_an_escape_stands_in_strings_of_every_length()
    {
        for (var length = 0; length <= 200; length++)
        {
            for (var at = 0; at <= length; at++)
            {
                var text = $"{{\"m0\":\"{new string('a', at)}{Pieces[(at + length) % Pieces.Length]}{new string('b', length - at)}\",\"m1\":1}}";
                Compare(Encoding.UTF8.GetBytes(text), text);
            }
        }
    }

    [Fact]
    public void Finds_what_a_plain_reader_finds_in_bodies_cut_at_every_byte()
    {
        var body = Encoding.UTF8.GetBytes(Body(new RandomJson(7)) + " ");
        var whole = Encoding.UTF8.GetBytes($"{{\"m0\":\"{string.Concat(Pieces[..7])}{new string('x', 70)}\",\"m1\":[-1.5e+10, true,null,{{\"a\":\"\\u00e9{new string('y', 130)}\"}}]}}");
        foreach (var text in (byte[][])[body, whole])
        {
            for (var length = 0; length <= text.Length; length++) Compare(text[..length], $"cut at {length}");
        }
    }

    [Fact]
    public void Runs_of_backslashes_escape_by_their_parity_across_blocks()
    {
        for (var before = 0; before < 70; before++)
        {
            for (var run = 0; run < 140; run++)
            {
                var text = $"{{\"m0\":\"{new string('a', before)}{new string('\\', run)}\",\"m1\":\"{new string('b', 64)}\"}}";
                Compare(Encoding.UTF8.GetBytes(text), $"{run} backslashes behind {before} bytes");
            }
        }
    }

    [Fact]
    public void Blocks_read_the_same_with_vectors_of_every_width()
    {
        var random = new Random(1);
        var bytes = new byte[ByteBlock.Length];
        for (var round = 0; round < 2000; round++)
        {
            for (var i = 0; i < bytes.Length; i++) bytes[i] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"\"\\\u001f /bfnrtu09afAFgG@`:"[random.Next(22)];
            var (wide, wideEscapes) = (ByteBlock.Of(Vector512.Create(bytes)), EscapeBlock.Of(Vector512.Create(bytes)));
            var half = bytes.AsSpan(32);
            ByteBlock.Of(Vector256.Create<byte>(half)).ShouldBe(wide.From(32));
            EscapeBlock.Of(Vector256.Create<byte>(half)).ShouldBe(wideEscapes.From(32));
            ByteBlock.Of(Vector128.Create<byte>(half[16..])).ShouldBe(wide.From(48));
            EscapeBlock.Of(Vector128.Create<byte>(half[16..])).ShouldBe(wideEscapes.From(48));
            var wideBrackets = BracketBlock.Of(Vector512.Create(bytes));
            BracketBlock.Of(Vector256.Create<byte>(half)).ShouldBe(wideBrackets.From(32));
            BracketBlock.Of(Vector128.Create<byte>(half[16..])).ShouldBe(wideBrackets.From(48));
            ByteBlock.Read(ref bytes[0]).ShouldBe(wide);
            EscapeBlock.Read(ref bytes[0]).ShouldBe(wideEscapes);
            for (var i = 0; i < bytes.Length; i++) Bits(wide, wideEscapes, i).ShouldBe(Bits(bytes[i]));
        }
    }

    private static string Body(RandomJson random)
    {
        var text = new StringBuilder(random.Object(3).Text.TrimEnd().TrimEnd('}'));
        if (text[^1] != '{' && text.ToString().TrimEnd() is not [.., '{']) text.Append(',');
        text.Append("\"text\":\"");
        for (var i = random.Next(4); i >= 0; i--)
        {
            text.Append('x', random.Next(80));
            for (var j = random.Next(4); j > 0; j--) text.Append(Pieces[random.Next(7)]);
        }

        return text.Append("\",\"n\":").Append(random.Value()).Append('}').ToString();
    }

    private static void Compare(byte[] body, string what)
    {
        var accepted = JsonHead.TryRead(body, Names, new JsonMember[Names.Count], out var fault);
        var expected = PlainJsonHead.Read(body);
        if (fault != expected || accepted != (expected.Problem == JsonProblem.None))
        {
            Assert.Fail($"{what}: {fault.Describe(body)} Expected: {expected.Describe(body)}\n{Encoding.Latin1.GetString(body)}");
        }
    }

    private static (bool Quote, bool Backslash, bool Control, bool High, bool Code, bool Unicode, bool Hex) Bits(ByteBlock block, EscapeBlock escapes, int i) =>
        (IsSet(block.Quotes, i), IsSet(block.Backslashes, i), IsSet(block.Controls, i), IsSet(block.High, i), IsSet(escapes.Codes, i), IsSet(escapes.Unicode, i), IsSet(escapes.HexDigits, i));

    private static (bool Quote, bool Backslash, bool Control, bool High, bool Code, bool Unicode, bool Hex) Bits(byte b) =>
        (b == '"', b == '\\', b < 0x20, b >= 0x80, "/bfnrt".Contains((char)b), b == 'u', char.IsAsciiHexDigit((char)b));

    private static bool IsSet(ulong bits, int i) => ((bits >> i) & 1) != 0;

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
