using Tollgate.Tests.Limits;
using Tollgate.Upstreams;

namespace Tollgate.Tests.Upstreams;

/// <summary>What comes after the last event of a stream.</summary>
public sealed class DrainTests
{
    private const string Begin = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nevent\r\n";

    [Fact]
    public async Task The_end_of_a_stream_that_comes_after_its_reader_has_left_keeps_the_connection()
    {
        using var left = new SemaphoreSlim(0);
        await using var server = new RawServer(
            async peer =>
            {
                while (await peer.ReadRequestAsync() is not null)
                {
                    await peer.WriteAsync(Begin);
                    await left.WaitAsync();
                    await peer.WriteAsync("0\r\n\r\n");
                }
            },
            new ManualTime()); // which stands still: the end may take longer than a quarter of a second on a busy machine
        for (var i = 0; i < 5; i++)
        {
            await ReadEventAsync(server);
            left.Release();
            await UntilFreeAsync(server, i + 1);
        }

        server.Peers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_says_no_more_and_does_not_end_is_closed_after_a_quarter_of_a_second()
    {
        var time = new ManualTime();
        await using var server = new RawServer(StayAsync, time);
        await ReadEventAsync(server);
        await time.WhenArmedAsync(TimeSpan.FromMilliseconds(250));
        server.Peers.Single().Finished.Task.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(250));
        await ClosedAsync(server);
    }

    [Fact]
    public async Task Who_goes_on_talking_is_closed()
    {
        await using var server = new RawServer(
            async peer =>
            {
                await peer.ReadRequestAsync();
                await peer.WriteAsync(Begin);
                while (true) await peer.WriteAsync("400\r\n" + new string('x', 1024) + "\r\n");
            },
            new ManualTime()); // which stands still: it is the amount that counts
        await ReadEventAsync(server);
        await ClosedAsync(server);
    }

    [Fact]
    public async Task Who_sends_damaged_chunks_is_closed_even_when_an_end_follows()
    {
        await using var server = new RawServer(async peer =>
        {
            while (await peer.ReadRequestAsync() is not null) await peer.WriteAsync(Begin + "5g\r\nhello\r\n0\r\n\r\n");
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
            await Should.ThrowAsync<InvalidDataException>(() => RawServer.TextAsync(response));
        }

        server.Peers.Count.ShouldBe(2);
    }

    private static async Task StayAsync(RawPeer peer)
    {
        await peer.ReadRequestAsync();
        await peer.WriteAsync(Begin);
        await peer.ReadToEndAsync();
    }

    private static async Task ReadEventAsync(RawServer server)
    {
        using var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
        (await response.Body.ReadAtLeastAsync(new byte[64], 5, cancellationToken: TestContext.Current.CancellationToken)).ShouldBeGreaterThanOrEqualTo(5);
    }

    private static Task ClosedAsync(RawServer server) => server.Peers.Single().Finished.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>The end is read beside the test: the next request waits for it, or it would use a connection of its own.</summary>
    private static async Task UntilFreeAsync(RawServer server, int requests)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (server.Transport.Waiting == 0) await Task.Delay(1, limit.Token);
        server.Peers.Sum(p => p.Requests).ShouldBe(requests);
    }
}
