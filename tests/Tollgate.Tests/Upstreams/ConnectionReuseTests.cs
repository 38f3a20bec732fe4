using System.Text;
using Tollgate.Tests.Limits;
using Tollgate.Upstreams;

namespace Tollgate.Tests.Upstreams;

/// <summary>When a connection is used again, and when it must not be.</summary>
public sealed class ConnectionReuseTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", true)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}", false)]
    [InlineData("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}", false)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}beyond", false)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\nbeyond", false)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", false)]
    public async Task A_connection_serves_again_when_nothing_is_left_of_its_answer(string answer, bool isReused)
    {
        await using var server = new RawServer(peer => AnswerAllAsync(peer, answer));
        var first = await server.AskAsync();
        (await server.AskAsync()).ShouldBe(first);
        server.Peers.Count.ShouldBe(isReused ? 1 : 2);
    }

    [Fact]
    public async Task A_connection_whose_answer_was_not_read_to_its_end_is_not_used_again()
    {
        await using var server = new RawServer(async peer =>
        {
            while (await peer.ReadRequestAsync() is not null) await peer.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nbegin");
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
            (await response.Body.ReadAsync(new byte[5], TestContext.Current.CancellationToken)).ShouldBe(5);
        }

        server.Peers.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_closed_while_it_waited_gets_no_request(bool resets)
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.AnswerAsync("{}");
            if (resets) peer.Reset();
            else peer.Close();
        });
        (await server.AskAsync("first")).ShouldBe("200 {}");
        await server.Peers.Single().Finished.Task;
        (await server.AskAsync("second")).ShouldBe("200 {}");
        server.Peers.Select(p => p.Requests).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task A_write_that_fails_on_a_connection_that_waited_is_done_again_on_a_new_one()
    {
        var stale = new StaleWire();
        var wires = new Queue<Tollgate.Upstreams.Http1.Wire>([stale, Answering()]);
        var dialer = new MemoryDialer(wires.Dequeue);
        using var transport = new Tollgate.Upstreams.Http1.Http1Transport(dialer, TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            using var response = await transport.SendAsync(new UpstreamRequest(HttpMethod.Post, new Uri("http://h/"), new BufferContent("{}"u8.ToArray())), CancellationToken.None);
            (await RawServer.TextAsync(response)).ShouldBe("{}");
        }

        (dialer.Count, stale.Writes, stale.IsDisposed).ShouldBe((2, 2, true));
    }

    [Fact]
    public async Task A_write_that_fails_on_a_new_connection_is_an_error_with_its_cause()
    {
        var dialer = new MemoryDialer(() => new StaleWire { Writes = 1 });
        using var transport = new Tollgate.Upstreams.Http1.Http1Transport(dialer, TimeProvider.System);
        var broken = await Should.ThrowAsync<IOException>(async () => await transport.SendAsync(new UpstreamRequest(HttpMethod.Post, new Uri("http://h/")), CancellationToken.None));
        (broken.Message, dialer.Count).ShouldBe(("stale", 1));
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 2)]
    public async Task A_connection_waits_a_minute_for_its_next_request(int seconds, int connections)
    {
        var time = new ManualTime();
        await using var server = new RawServer(AnswerAllAsync, time);
        await server.AskAsync();
        time.Advance(TimeSpan.FromSeconds(seconds));
        await server.AskAsync();
        server.Peers.Count.ShouldBe(connections);
    }

    [Fact]
    public async Task A_connection_lives_a_quarter_of_an_hour()
    {
        var time = new ManualTime();
        await using var server = new RawServer(AnswerAllAsync, time);
        for (var minute = 0; minute <= 17; minute++)
        {
            await server.AskAsync();
            server.Peers.Count.ShouldBe(minute <= 15 ? 1 : 2, $"minute {minute}");
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_closed_without_a_request()
    {
        var time = new ManualTime();
        await using var server = new RawServer(AnswerAllAsync, time);
        await server.AskAsync();
        time.Advance(TimeSpan.FromSeconds(75)); // the round that closes comes every 15 s
        await server.Peers.Single().Finished.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_answer_that_took_long_does_not_make_its_connection_old()
    {
        var time = new ManualTime();
        await using var server = new RawServer(AnswerAllAsync, time);
        await server.AskAsync();
        using (var response = await server.SendAsync(new BufferContent("{}"u8.ToArray())))
        {
            time.Advance(TimeSpan.FromMinutes(5));
            await RawServer.TextAsync(response);
        }

        await server.AskAsync();
        server.Peers.Count.ShouldBe(1);
    }

    private static Task AnswerAllAsync(RawPeer peer) => AnswerAllAsync(peer, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");

    private static async Task AnswerAllAsync(RawPeer peer, string answer)
    {
        while (await peer.ReadRequestAsync() is not null) await peer.WriteAsync(answer);
    }

    private static MemoryWire Answering() => new([Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")]);

    /// <summary>Answers once, and then turns out to be closed.</summary>
    private sealed class StaleWire : Tollgate.Upstreams.Http1.Wire
    {
        private readonly MemoryWire _answer = Answering();

        public int Writes { get; set; }

        public bool IsDisposed => _answer.IsDisposed;

        internal override bool HasInput => false;

        internal override ValueTask<int> ReadAsync(Memory<byte> target) => _answer.ReadAsync(target);

        internal override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            ++Writes > 1 ? ValueTask.FromException(new IOException("stale")) : default;

        internal override int ReadNow(Memory<byte> target) => 0;

        public override void Dispose() => _answer.Dispose();
    }
}
