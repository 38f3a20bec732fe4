using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Tollgate.Epoll.Listening;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Tests.Sockets;

/// <summary>Small sends wait for the end of the loop's turn: none is lost, none comes late, and they stay in order.</summary>
public sealed class PutOffTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly UnwatchedLoop _loop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Small_sends_go_together_when_all_events_of_the_turn_were_gone_on_with()
    {
        using var pair = SocketPair.Open(_loop.Loop);
        var thereBeforeTheEnd = -1;
        await InOneTurnAsync(
            () =>
            {
                Send(pair, "first "u8.ToArray());
                Send(pair, "second"u8.ToArray());
            },
            () => thereBeforeTheEnd = pair.Far.Available);
        Encoding.ASCII.GetString(pair.ReadFar(12)).ShouldBe("first second");
        thereBeforeTheEnd.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_too_large_to_be_put_off_goes_at_once_and_behind_what_was()
    {
        using var pair = SocketPair.Open(_loop.Loop);
        var there = 0;
        byte[] large = [.. Enumerable.Repeat((byte)'l', PutOffBytes.Most + 1)];
        await InOneTurnAsync(() =>
        {
            Send(pair, "small"u8.ToArray());
            Send(pair, large);
            there = pair.Far.Available;
        });
        there.ShouldBe(5 + large.Length);
        pair.ReadFar(there).ShouldBe([.. "small"u8, .. large]);
    }

    [Fact]
    public async Task What_does_not_fit_any_more_sends_all()
    {
        using var pair = SocketPair.Open(_loop.Loop);
        var half = new byte[(PutOffBytes.Most / 2) + 1];
        var there = 0;
        await InOneTurnAsync(() =>
        {
            Send(pair, half);
            Send(pair, half);
            there = pair.Far.Available;
        });
        there.ShouldBe(2 * half.Length);
    }

    [Fact]
    public async Task Of_a_long_turn_nobody_waits_for_the_end()
    {
        SocketPair[] pairs = [.. Enumerable.Range(0, 40).Select(_ => SocketPair.Open(_loop.Loop))];
        var thereAtTheLast = 0;
        await InOneTurnAsync([.. pairs.Select(p => (Action)(() => Send(p, "x"u8.ToArray()))), () => thereAtTheLast = pairs.Count(p => p.Far.Available == 1)]);
        thereAtTheLast.ShouldBe(31, "and the first thing that was put off is the mark of the turn's end");
        foreach (var pair in pairs)
        {
            pair.ReadFar(1);
            pair.Dispose();
        }
    }

    [Fact]
    public async Task Whoever_takes_the_loop_over_sends_it_before_anything_else()
    {
        using var freed = new ManualResetEventSlim();
        using var pair = SocketPair.Open(_loop.Loop);
        pair.Far.ReceiveTimeout = (int)Soon.TotalMilliseconds;
        var isPutOff = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turn = InOneTurnAsync(
            () =>
            {
                Send(pair, "x"u8.ToArray());
                isPutOff.SetResult();
                freed.Wait(TimeSpan.FromSeconds(60));
            },
            () =>
            {
                pair.ReadFar(1); // this one came with it, and is gone on with by whoever takes over
                freed.Set();
            });
        await isPutOff.Task.WaitAsync(Soon, Token);
        pair.Far.Available.ShouldBe(0);
        _loop.Loop.TakeOver(); // as the watch does when it sees that
        await turn;
    }

    [Fact]
    public async Task Closing_sends_it_and_breaking_off_does_not()
    {
        using var closed = SocketPair.Open(_loop.Loop);
        using var broken = SocketPair.Open(_loop.Loop);
        await InOneTurnAsync(() =>
        {
            Send(closed, "last"u8.ToArray());
            closed.Near.Dispose();
            Send(broken, "never"u8.ToArray());
            broken.Near.Close(isBrokenOff: true);
        });
        Encoding.ASCII.GetString(closed.ReadFar(4)).ShouldBe("last");
        closed.Far.Receive(new byte[1]).ShouldBe(0);
        Should.Throw<SocketException>(() => broken.Far.Receive(new byte[8])).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task After_it_was_closed_nothing_is_put_off()
    {
        using var pair = SocketPair.Open(_loop.Loop);
        Task? late = null;
        await InOneTurnAsync(() =>
        {
            pair.Near.Dispose();
            late = pair.Near.Sender.SendAsync("x"u8.ToArray()).AsTask();
        });
        await Should.ThrowAsync<ObjectDisposedException>(late!);
    }

    [Fact]
    public async Task What_the_kernel_has_no_room_for_goes_when_it_has_and_before_what_comes_then()
    {
        using var pair = SocketPair.Open(_loop.Loop, isNarrow: true);
        var filled = await RefusedAsync(pair, "put off "u8.ToArray());
        var next = pair.Near.Sender.SendAsync("next"u8.ToArray()).AsTask();
        next.IsCompleted.ShouldBeFalse();
        Encoding.ASCII.GetString(pair.ReadFar(filled + 12)[filled..]).ShouldBe("put off next");
        await next.WaitAsync(Soon, Token);
    }

    [Fact]
    public async Task It_goes_also_when_nobody_sends_anything_more()
    {
        using var pair = SocketPair.Open(_loop.Loop, isNarrow: true);
        var filled = await RefusedAsync(pair, "put off"u8.ToArray());
        Encoding.ASCII.GetString(pair.ReadFar(filled + 7)[filled..]).ShouldBe("put off");
    }

    [Fact]
    public async Task A_connection_is_closed_when_a_slow_client_has_all_of_it()
    {
        using var pair = SocketPair.Open(_loop.Loop, isNarrow: true);
        using var pool = MemoryPool<byte>.Shared;
        await using var connection = new EpollConnection(pair.Near, pool, null, null);
        var filled = await RefusedAsync(pair, "the end"u8.ToArray());
        var closing = connection.DisposeAsync().AsTask();
        Encoding.ASCII.GetString(pair.ReadFar(filled + 7)[filled..]).ShouldBe("the end");
        await closing.WaitAsync(Soon, Token);
        pair.Far.Receive(new byte[1]).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_waited_for_for_ever()
    {
        using var pair = SocketPair.Open(_loop.Loop, isNarrow: true);
        await RefusedAsync(pair, "never read"u8.ToArray());
        await pair.Near.Sender.FinishAsync(TimeSpan.FromMilliseconds(20)).AsTask().WaitAsync(Soon, Token);
    }

    [Fact]
    public async Task Whoever_sends_already_is_not_disturbed_by_who_waits_for_the_end()
    {
        using var pair = SocketPair.Open(_loop.Loop, isNarrow: true);
        var filled = await RefusedAsync(pair, "put off "u8.ToArray());
        var next = pair.Near.Sender.SendAsync("next"u8.ToArray()).AsTask();
        await Task.Run(() => pair.Near.Sender.FinishAsync(Soon).AsTask(), Token).WaitAsync(Soon / 2, Token);
        next.IsCompleted.ShouldBeFalse();
        Encoding.ASCII.GetString(pair.ReadFar(filled + 12)[filled..]).ShouldBe("put off next");
        await next.WaitAsync(Soon, Token);
    }

    [Fact]
    public async Task An_error_is_met_by_the_next_one()
    {
        using var pair = SocketPair.Open(_loop.Loop);
        await InOneTurnAsync(() =>
        {
            pair.Reset();
            Send(pair, "x"u8.ToArray());
        });
        await Should.ThrowAsync<SocketException>(async () => await pair.Near.Sender.SendAsync("y"u8.ToArray()));
    }

    private static void Send(SocketPair pair, byte[] bytes) => pair.Near.Sender.SendAsync(bytes).AsTask().IsCompletedSuccessfully.ShouldBeTrue();

    /// <summary>Puts something off that the kernel has no room for at the end of the turn. Gives how much it had taken before.</summary>
    private async Task<int> RefusedAsync(SocketPair pair, byte[] putOff)
    {
        var filled = 0;
        await InOneTurnAsync(() =>
        {
            filled = Fill(pair);
            Send(pair, putOff);
        });
        return filled;
    }

    /// <summary>Sends by the kernel alone, until it has no room.</summary>
    private static int Fill(SocketPair pair)
    {
        var (all, block) = (0, new byte[8192]);
        while (Libc.Send(pair.Near.Handle, block) is > 0 and var sent) all += sent;
        return all;
    }

    /// <summary>Has this done by the loop, as events that came together, and waits until they are done and what was put off first is, too.</summary>
    private async Task InOneTurnAsync(params Action[] events)
    {
        using var first = SocketPair.Open(_loop.Loop);
        SocketPair[] others = [.. events.Select(_ => SocketPair.Open(_loop.Loop))];
        var turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] going =
        [
            .. events.Select((e, i) => OnEventAsync(others[i], i > 0 ? e : () =>
            {
                _loop.Loop.TryAtTurnEnd(() => turned.TrySetResult());
                e();
            })),
            OnEventAsync(first, () =>
            {
                foreach (var other in others) other.Far.Send("x"u8); // while the loop is here: so they come together
            }),
        ];
        first.Far.Send("x"u8);
        await Task.WhenAll([.. going, turned.Task]).WaitAsync(Soon * 4, Token);
        await Task.Yield(); // the last of them ends on the loop's thread, which has the end of its turn before it
        foreach (var other in others) other.Dispose();
    }

    private static async Task OnEventAsync(SocketPair pair, Action action)
    {
        await pair.Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        action();
    }
}
