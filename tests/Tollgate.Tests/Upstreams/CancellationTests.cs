using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>Whoever waits no longer ends his own request, and no other.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task A_request_that_nobody_waits_for_is_not_sent_and_costs_no_connection()
    {
        await using var server = new RawServer(EchoAsync);
        await server.AskAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => server.AskAsync("late", new CancellationToken(canceled: true)));
        (await server.AskAsync("next")).ShouldBe("200 next");
        server.Peers.Select(p => p.Requests).ShouldBe([2]);
    }

    [Fact]
    public async Task While_it_connects()
    {
        using var cancel = new CancellationTokenSource();
        using var transport = new Http1Transport(new NeverDialer(cancel), TimeProvider.System);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await transport.SendAsync(new UpstreamRequest(HttpMethod.Get, new Uri("http://h/")), cancel.Token));
        cancelled.CancellationToken.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_in_time_is_given_up()
    {
        // A queue of one that is full: what knocks then gets no answer.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(1);
        var fillers = Enumerable.Range(0, 8).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var filler in fillers) _ = filler.ConnectAsync(full.LocalEndPoint!).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        var dialer = new NetworkDialer(TimeSpan.FromMilliseconds(200), null, Wires.Opener);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var late = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // Whichever are still let in at first: one of these is not.
            for (var i = 0; i < 16; i++) _ = await dialer.ConnectAsync(new Destination("127.0.0.1", port, null), CancellationToken.None);
        });
        late.InnerException.ShouldNotBeNull();
        foreach (var filler in fillers) filler.Dispose();
    }

    [Fact]
    public async Task While_it_waits_for_the_head()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new RawServer(async peer =>
        {
            if (await peer.ReadRequestAsync() is not { Body: "wait" })
            {
                await peer.AnswerAsync("other");
                return;
            }

            await cancel.CancelAsync();
            await peer.ReadToEndAsync();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => server.AskAsync("wait", cancel.Token));
        await Closed(server.Peers.Single());
        (await server.AskAsync()).ShouldBe("200 other");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_the_middle_of_a_body(bool byTheCall)
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new RawServer(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Body: var body })
            {
                if (body == "{}") await peer.AnswerAsync("other");
                else await peer.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin");
            }
        });
        using (var response = await server.SendAsync(new BufferContent("wait"u8.ToArray()), byTheCall ? cancel.Token : default))
        {
            var buffer = new byte[100];
            (await response.Body.ReadAsync(buffer, TestContext.Current.CancellationToken)).ShouldBe(5);
            var reading = response.Body.ReadAsync(buffer, byTheCall ? default : cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => reading);
        }

        await Closed(server.Peers.Single());
        (await server.AskAsync()).ShouldBe("200 other");
    }

    [Fact]
    public async Task That_comes_together_with_the_answer_meets_no_other_request()
    {
        await using var server = new RawServer(EchoAsync);
        var random = new Random(5);
        for (var i = 0; i < 1000; i++)
        {
            using var cancel = new CancellationTokenSource();
            var body = i.ToString(CultureInfo.InvariantCulture);
            var asking = server.AskAsync(body, cancel.Token);
            var cancelling = Task.Run(() =>
            {
                Thread.SpinWait(random.Next(20_000));
                cancel.Cancel();
            });
            try
            {
                (await asking).ShouldBe("200 " + body);
            }
            catch (OperationCanceledException)
            {
                // It came first.
            }

            (await server.AskAsync("next" + body)).ShouldBe("200 next" + body);
            await cancelling;
        }
    }

    private static async Task EchoAsync(RawPeer peer)
    {
        while (await peer.ReadRequestAsync() is { Body: var body }) await peer.AnswerAsync(body);
    }

    private static Task Closed(RawPeer peer) => peer.Finished.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private sealed class NeverDialer(CancellationTokenSource cancel) : Dialer
    {
        internal override async ValueTask<Wire> ConnectAsync(Destination to, CancellationToken cancellationToken)
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
