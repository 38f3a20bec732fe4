using System.Globalization;
using System.Text;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>
/// Damaged answers through whole connections. The usual tests 20,000 of them; <c>./dev fuzz</c> as many as it is told, by TOLLGATE_FUZZ and
/// TOLLGATE_FUZZ_SEED.
/// </summary>
public sealed class AnswerFuzzTests
{
    private const int LongestAnswer = 4096;
    private static readonly int Inputs = Number("TOLLGATE_FUZZ") ?? 20_000;
    private static readonly int FirstSeed = Number("TOLLGATE_FUZZ_SEED") ?? 7;

    private static readonly string[] Seeds =
    [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\nx-request-id: 1\r\n\r\n{\"a\":\"bcd\"}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nt: u\r\n\r\n",
        "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\n\nuntil the end",
        "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\nbytes",
    ];

    private static readonly string[] Words = ["\r\n", "\n", "\r", "\0", ":", "0\r\n\r\n", "content-length: 4\r\n", "transfer-encoding: chunked\r\n", "HTTP/1.1 200 OK\r\n", " ", "ffffffff", "\r\n\r\n", "connection: close\r\n", "\u00ff"];

    [Fact]
    public async Task Whatever_comes_ends_in_an_answer_or_in_an_error_that_callers_know()
    {
        var arrays = new HashSet<byte[]>();
        var faults = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var random = new Random(unchecked(FirstSeed + i));
            var wire = new MemoryWire(Cut(Mutate(random), random));
            try
            {
                await ReadAsync(wire, random).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
            {
                faults++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {FirstSeed + i}: {e}");
            }

            arrays.UnionWith(wire.Arrays.Where(a => a.Length == 16 * 1024));
        }

        faults.ShouldBeInRange(Inputs / 20, Inputs - (Inputs / 20));
        arrays.Count.ShouldBeLessThan((Inputs / 20) + 64, "memory goes back to its pool, so that the same is used again");
    }

    private static async Task ReadAsync(MemoryWire wire, Random random)
    {
        using var transport = new Http1Transport(new MemoryDialer(() => wire), TimeProvider.System);
        var buffer = new byte[random.Next(1, 64)];
        for (var request = 0; request < 2 && !wire.IsDisposed; request++)
        {
            var message = new UpstreamRequest(HttpMethod.Post, new Uri("http://provider.example/"), new BufferContent("{}"u8.ToArray()));
            if (random.Next(4) == 0) message.Headers.Add("upgrade", "websocket");
            using var response = await transport.SendAsync(message, CancellationToken.None);
            var left = random.Next(5) == 0 ? random.Next(20) : LongestAnswer;
            while (left > 0)
            {
                var read = await response.Body.ReadAsync(buffer, TestContext.Current.CancellationToken);
                if (read == 0) break;
                read.ShouldBeLessThanOrEqualTo(buffer.Length);
                left -= read;
            }
        }
    }

    private static byte[] Mutate(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        if (random.Next(3) == 0) text.Append(Seeds[random.Next(Seeds.Length)]);
        for (var n = random.Next(4); n > 0 && text.Length > 1; n--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = (char)random.Next(256);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                    break;
                case 2:
                    text.Length = at;
                    break;
                default:
                    text.Insert(at, Words[random.Next(Words.Length)]);
                    break;
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, Random random)
    {
        var largest = random.Next(1, 200);
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(random.Next(1, largest + 1), bytes.Length - at);
            yield return bytes[at..(at + size)];
            at += size;
        }
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
