using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Tests.Resp;

/// <summary>The wire format of the specification, whole and in pieces.</summary>
public sealed class RespDecoderTests
{
    private static readonly RespLimits Small = new(MaxLine: 64, MaxBytes: 100, MaxItems: 20, MaxDepth: 4);

    public static TheoryData<string, string> Values => new()
    {
        { "+OK\r\n", "SimpleString:OK" },
        { "-ERR no\r\n", "Error:ERR no" },
        { "!11\r\nERR a\r\nline\r\n", "Error:ERR a\r\nline" },
        { ":1000\r\n", "1000" },
        { ":-7\r\n", "-7" },
        { ":+7\r\n", "7" },
        { ":9223372036854775807\r\n", "9223372036854775807" },
        { "$5\r\nhe\r\no\r\n", "BulkString:he\r\no" },
        { "$0\r\n\r\n", "BulkString:" },
        { "$-1\r\n", "null" },
        { "*-1\r\n", "null" },
        { "_\r\n", "null" },
        { "#t\r\n", "true" },
        { "#f\r\n", "false" },
        { ",1.5\r\n", "Double:1.5" },
        { ",inf\r\n", "Double:inf" },
        { "(3492890328409238509324850943850943825024385\r\n", "BigNumber:3492890328409238509324850943850943825024385" },
        { "=15\r\ntxt:Some string\r\n", "VerbatimString:Some string" },
        { "*0\r\n", "Array[]" },
        { "*3\r\n:1\r\n*2\r\n+a\r\n_\r\n$1\r\nb\r\n", "Array[1 Array[SimpleString:a null] BulkString:b]" },
        { "%2\r\n+first\r\n:1\r\n+second\r\n:2\r\n", "Map[SimpleString:first 1 SimpleString:second 2]" },
        { "~2\r\n+a\r\n#t\r\n", "Set[SimpleString:a true]" },
        { ">2\r\n+invalidate\r\n:1\r\n", "Push[SimpleString:invalidate 1]" },
        { "|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n:2\r\n", "Array[1 2]" },
        { "*2\r\n:1\r\n|1\r\n+ttl\r\n*1\r\n:3\r\n:2\r\n", "Array[1 2]" },
        { "|0\r\n+OK\r\n", "SimpleString:OK" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_kind_of_value_is_read(string wire, string drawn) =>
        Decoding.Read(new RespLimits(), Decoding.Bytes(wire)).ShouldBe([drawn]);

    [Fact]
    public void Replies_split_at_every_byte_are_the_same_replies()
    {
        var wire = Decoding.Bytes(string.Concat(Values.Select(row => row.Data.Item1)));
        var whole = Decoding.Read(new RespLimits(), wire);
        whole.Count.ShouldBe(Values.Count);
        for (var at = 1; at < wire.Length; at++) Decoding.Read(new RespLimits(), wire[..at], wire[at..]).ShouldBe(whole, $"split at {at}");
        Decoding.Read(new RespLimits(), wire.Select(b => new[] { b })).ShouldBe(whole, "byte by byte");
    }

    [Theory]
    [InlineData("?1\r\n", "not RESP")]
    [InlineData("\r\n", "not RESP")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "not RESP")]
    [InlineData(":\r\n", "number")]
    [InlineData(":1x\r\n", "number")]
    [InlineData("#x\r\n", "not RESP")]
    [InlineData("_x\r\n", "not RESP")]
    [InlineData("$-2\r\n", "announced")]
    [InlineData("=2\r\nab\r\n", "what kind")]
    [InlineData("$2\r\nabc\r\n", "announced")]
    [InlineData("*-2\r\n", "announced")]
    [InlineData("*9999999999\r\n", "announced")]
    [InlineData("$?\r\n", "number")]
    public void What_is_no_reply_is_refused(string wire, string complaint) =>
        Should.Throw<RespException>(() => Decoding.Read(new RespLimits(), Decoding.Bytes(wire))).Message.ShouldContain(complaint);

    [Fact]
    public void A_reply_beyond_the_limits_is_refused_before_it_is_here()
    {
        Refused("$101\r\n").ShouldContain("100 are taken");
        Refused("*2\r\n$60\r\n" + new string('a', 60) + "\r\n$60\r\n" + new string('a', 60) + "\r\n").ShouldContain("more than 100 bytes");
        Refused("*21\r\n").ShouldContain("more than 20 values");
        Refused("*19\r\n" + string.Concat(Enumerable.Repeat("*1\r\n:1\r\n", 19))).ShouldContain("more than 20 values");
        Refused(string.Concat(Enumerable.Repeat("*1\r\n", 5))).ShouldContain("4 levels");
        Refused("+" + new string('a', 64)).ShouldContain("longer than 64");
        static string Refused(string wire) => Should.Throw<RespException>(() => Decoding.Read(Small, Decoding.Bytes(wire))).Message;
    }

    [Fact]
    public void Limits_are_each_replys_own() =>
        Decoding.Read(Small, Decoding.Bytes(string.Concat(Enumerable.Repeat("*2\r\n+abc\r\n:1\r\n", 50)))).Count.ShouldBe(50);

    [Fact]
    public void Mutated_bytes_are_read_or_refused_and_never_anything_else()
    {
        var seed = Decoding.Bytes(string.Concat(Values.Select(row => row.Data.Item1)));
        var chance = new Random(20261122);
        for (var i = 0; i < 20_000; i++)
        {
            var wire = seed.AsSpan(chance.Next(seed.Length / 2)).ToArray();
            for (var changes = chance.Next(1, 6); changes > 0; changes--) wire[chance.Next(wire.Length)] = (byte)chance.Next(256);
            Read(wire, wire.Length).ShouldBe(Read(wire, chance.Next(1, 40)));
        }

        static List<string> Read(byte[] wire, int size)
        {
            try
            {
                return Decoding.Read(Small, wire.Chunk(size));
            }
            catch (RespException)
            {
                return ["refused"];
            }
        }
    }
}
