using System.Net;
using System.Net.Sockets;
using Tollgate.Epoll.Dialing;
using Tollgate.Epoll.Loops;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Epoll.Tests.Sockets;

/// <summary>A connection that another loop goes on with loses nothing, whatever is under way.</summary>
public sealed class MovingTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TwoLoops _two = new();

    public void Dispose() => _two.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_waits_goes_on_where_it_is_now()
    {
        using var pair = SocketPair.Open(_two.First);
        var waiting = pair.ThreadOfReceiverAsync();
        pair.Near.MoveTo(_two.Second);
        (_two.First.Count, _two.Second.Count).ShouldBe((0, 1));
        pair.Far.Send("x"u8);
        (await waiting.WaitAsync(Soon, Token)).ShouldBe("second");
    }

    [Fact]
    public async Task What_had_come_before_is_received_after()
    {
        using var pair = SocketPair.Open(_two.First);
        pair.Far.Send("x"u8);
        await UntilAsync(() => pair.Near.Receiver.IsReady);
        pair.Near.MoveTo(_two.Second);
        (await ReceiveAsync(pair).WaitAsync(Soon, Token)).ShouldBe(1);
        pair.Far.Shutdown(SocketShutdown.Send);
        await UntilAsync(() => pair.Near.HasOtherSideEnded);
        pair.Near.MoveTo(_two.First);
        (await ReceiveAsync(pair).WaitAsync(Soon, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task Sending_that_had_to_wait_goes_on()
    {
        const int much = 4 * 1024 * 1024;
        using var pair = SocketPair.Open(_two.First, isNarrow: true);
        var sending = pair.Near.Sender.SendAsync(new byte[much]).AsTask();
        var reading = Task.Run(() => pair.ReadFar(much), Token);
        while (!reading.IsCompleted)
        {
            pair.Near.MoveTo(_two.Second);
            pair.Near.MoveTo(_two.First);
            await Task.Yield();
        }

        (await sending.WaitAsync(Soon, Token)).ShouldBe(0);
        (await reading).Length.ShouldBe(much);
    }

    [Fact]
    public async Task Nothing_is_lost_or_said_twice_while_it_moves_to_and_fro()
    {
        const int rounds = 4_000;
        using var pair = SocketPair.Open(_two.First);
        using var stop = new CancellationTokenSource();
        var echo = EchoAsync(pair);
        var moving = Task.Run(
            () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++) pair.Near.MoveTo(i % 2 == 0 ? _two.Second : _two.First);
            },
            Token);
        var talk = Task.Run(
            () =>
            {
                Span<byte> one = stackalloc byte[1];
                for (var i = 0; i < rounds; i++)
                {
                    one[0] = (byte)i;
                    pair.Far.Send(one);
                    pair.ReadFar(1)[0].ShouldBe((byte)i);
                }
            },
            Token);
        await talk.WaitAsync(TimeSpan.FromMinutes(5), Token);
        await stop.CancelAsync();
        await moving;
        pair.Far.Shutdown(SocketShutdown.Send);
        (await echo.WaitAsync(Soon, Token)).ShouldBe(rounds);
    }

    [Fact]
    public async Task Closed_meanwhile_it_is_forgotten_by_both()
    {
        for (var i = 0; i < 200; i++)
        {
            using var pair = SocketPair.Open(_two.First);
            var waiting = ReceiveAsync(pair);
            var closing = Task.Run(pair.Near.Dispose, Token);
            for (var move = 0; move < i % 5; move++) pair.Near.MoveTo(move % 2 == 0 ? _two.Second : _two.First);
            await closing;
            await Should.ThrowAsync<ObjectDisposedException>(waiting.WaitAsync(Soon, Token));
            pair.Near.MoveTo(_two.Second);
        }

        (_two.First.Count, _two.Second.Count).ShouldBe((0, 0));
    }

    [Fact]
    public async Task One_that_just_begins_is_moved_or_not_and_works()
    {
        using var stop = new CancellationTokenSource();
        var moving = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    foreach (var socket in _two.First.Movable()) socket.MoveTo(_two.Second);
                }
            },
            Token);
        for (var i = 0; i < 5_000; i++)
        {
            using var pair = SocketPair.Open(_two.First);
            pair.Far.Send("x"u8);
            (await ReceiveAsync(pair).WaitAsync(Soon, Token)).ShouldBe(1);
        }

        await stop.CancelAsync();
        await moving;
    }

    [Fact]
    public void It_stays_with_its_group_and_with_its_loop_where_that_was_said()
    {
        using var others = new OneLoop();
        using var pair = SocketPair.Open(_two.First);
        pair.Near.MoveTo(others.Loop);
        pair.Near.Loop.ShouldBe(_two.First);
    }

    [Fact]
    public async Task Where_the_other_loop_has_ended_it_is_broken_off()
    {
        using var watch = new LoopWatch();
        using var first = new EventLoop(watch, "first");
        var second = new EventLoop(watch, "second");
        using var pair = SocketPair.Open(first);
        var waiting = ReceiveAsync(pair);
        second.Dispose();
        await UntilAsync(() =>
        {
            pair.Near.MoveTo(second); // it ends when its thread has seen it
            pair.Near.MoveTo(first);
            return waiting.IsCompleted;
        });
        await Should.ThrowAsync<ObjectDisposedException>(waiting);
        Should.Throw<SocketException>(() => pair.ReadFar(1)).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task A_connection_to_a_provider_comes_to_the_loop_that_needs_it()
    {
        using var loops = new LoopGroup(2);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var pool = new HostPool(new Destination("127.0.0.1", port, null), new NetworkDialer(Soon, null, new EpollOpener(loops)), TimeProvider.System);
        var wire = await new EpollOpener(loops).ConnectAsync("127.0.0.1", port, Token);
        wire.ShouldBeOfType<EpollWire>();
        pool.Return(new Http1Connection(wire, pool, TimeProvider.System));

        using var pair = SocketPair.Open(loops[1]);
        var taken = TakeAsync(pair, pool, wire);
        pair.Far.Send("x"u8);
        (await taken.WaitAsync(Soon, Token)).ShouldBe((false, true, true));
        pool.Close();

        static async Task<(bool WasNear, bool IsTaken, bool IsNear)> TakeAsync(SocketPair pair, HostPool pool, Wire wire)
        {
            await pair.Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
            var before = wire.IsNear;
            using var connection = pool.TryTake();
            return (before, connection?.Wire == wire, wire.IsNear);
        }
    }

    private static async Task<int> EchoAsync(SocketPair pair)
    {
        var bytes = new byte[16];
        for (var total = 0; ;)
        {
            var count = await pair.Near.Receiver.ReceiveAsync(bytes).ConfigureAwait(false);
            if (count == 0) return total;
            total += count;
            await pair.Near.Sender.SendAsync(bytes.AsMemory(0, count)).ConfigureAwait(false);
        }
    }

    private static async Task<int> ReceiveAsync(SocketPair pair) => await pair.Near.Receiver.ReceiveAsync(new byte[16]).ConfigureAwait(false);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!condition()) await Task.Delay(5, limit.Token);
    }
}
