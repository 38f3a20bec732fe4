using System.Globalization;
using System.Text;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>A reader that uses the texts of the answer before must never show through.</summary>
public sealed class ReusedLineTests
{
    private static readonly string[] Names = ["content-length", "Content-Length", "connection", "Connection", "a", "ab", "x-request-id", "transfer-encoding", "Transfer-encoding", "content-type"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_head_is_read_as_a_new_reader_would(int seed)
    {
        var random = new Random(seed);
        var used = new ResponseReader();
        var lines = new List<string>();
        for (var i = 0; i < 4000; i++)
        {
            Change(lines, random);
            used.Reset();
            var head = $"HTTP/1.{random.Next(2)} {random.Next(200, 600).ToString(CultureInfo.InvariantCulture)} X\r\n{string.Concat(lines.Select(l => l + "\r\n"))}\r\n";
            var (expected, actual) = (Outcome(head, new ResponseReader()), Outcome(head, used));
            actual.ShouldBe(expected, head);
            if (expected.StartsWith('!')) used = new ResponseReader(); // its connection is closed
        }
    }

    [Fact]
    public void Texts_of_lines_that_stay_the_same_are_used_again()
    {
        var reader = new ResponseReader();
        var first = Read(reader, "same", "1");
        var second = Read(reader, "same", "2");
        second[0].Value.ShouldBeSameAs(first[0].Value);
        second[1].Name.ShouldBeSameAs(first[1].Name);
        (first[1].Value, second[1].Value).ShouldBe(("1", "2"));
    }

    private static (string Name, string Value)[] Read(ResponseReader reader, string one, string two)
    {
        var headers = new Tollgate.Upstreams.HeaderList();
        reader.TryRead(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\none: {one}\r\ntwo: {two}\r\n\r\n"), HttpMethod.Post, false, headers, out _, out _).ShouldBeTrue();
        return [(headers.All[0].Name, headers.All[0].Value), (headers.All[1].Name, headers.All[1].Value)];
    }

    /// <summary>The next answer is like the one before but for a line or two.</summary>
    private static void Change(List<string> lines, Random random)
    {
        for (var n = random.Next(3); n >= 0; n--)
        {
            var at = random.Next(lines.Count + 1);
            switch (random.Next(5))
            {
                case 0 or 1 when lines.Count < 90:
                    lines.Insert(at, Line(random));
                    break;
                case 2 when lines.Count > 0:
                    lines.RemoveAt(at % lines.Count);
                    break;
                case 3 when lines.Count > 1:
                    (lines[0], lines[at % lines.Count]) = (lines[at % lines.Count], lines[0]);
                    break;
                default:
                    if (lines.Count > 0) lines[at % lines.Count] = Line(random);
                    break;
            }
        }

        if (random.Next(40) == 0) lines.Clear();
    }

    private static string Line(Random random)
    {
        var name = Names[random.Next(Names.Length)];
        var value = name.ToUpperInvariant() switch
        {
            "CONTENT-LENGTH" => random.Next(30) == 0 ? "x" : "12",
            "TRANSFER-ENCODING" => random.Next(10) == 0 ? "gzip" : "chunked",
            "CONNECTION" => random.Next(2) == 0 ? "close" : "keep-alive",
            _ => new string((char)random.Next('a', 'd'), random.Next(20) == 0 ? random.Next(480, 560) : random.Next(12)),
        };
        return random.Next(200) == 0 ? name + " : " + value : $"{name}:{new string(' ', random.Next(3))}{value}";
    }

    private static string Outcome(string head, ResponseReader reader)
    {
        try
        {
            var read = Reading.Of(head, reader: reader)!;
            return $"{read.Head} {read.Consumed} {string.Join('|', read.Headers)}";
        }
        catch (HttpRequestException e)
        {
            return "!" + e.Message;
        }
    }
}
