using System.Net.Sockets;
using System.Text;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Tests.Sockets;

public sealed class LoopSocketTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly OneLoop _one = new();

    public void Dispose() => _one.Dispose();

    [Fact]
    public async Task Receives_what_is_there_and_waits_for_what_is_not()
    {
        using var pair = SocketPair.Open(_one.Loop);
        pair.Far.Send("one"u8);
        (await TextAsync(pair)).ShouldBe("one");
        var waiting = TextAsync(pair);
        waiting.IsCompleted.ShouldBeFalse();
        pair.Far.Send("two"u8);
        (await waiting.WaitAsync(Soon, TestContext.Current.CancellationToken)).ShouldBe("two");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Nothing_is_lost_where_less_is_asked_for_than_has_come(int room)
    {
        using var pair = SocketPair.Open(_one.Loop);
        var sent = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var received = new List<byte>();
        for (var round = 0; round < 4; round++)
        {
            pair.Far.Send(sent);
            var target = new byte[room];
            while (received.Count < (round + 1) * sent.Length)
            {
                var count = await pair.Near.Receiver.ReceiveAsync(target).AsTask().WaitAsync(Soon, TestContext.Current.CancellationToken);
                received.AddRange(target[..count]);
            }
        }

        received.ShouldBe([.. sent, .. sent, .. sent, .. sent]);
    }

    [Fact]
    public async Task An_end_is_told_again_and_again_also_behind_bytes_that_came_with_it()
    {
        using var pair = SocketPair.Open(_one.Loop);
        pair.Far.Send("last"u8);
        pair.Far.Shutdown(SocketShutdown.Send);
        (await TextAsync(pair)).ShouldBe("last");
        (await TextAsync(pair)).ShouldBe("");
        (await TextAsync(pair)).ShouldBe("");
    }

    [Fact]
    public async Task Who_waits_is_told_that_the_other_side_has_ended()
    {
        using var pair = SocketPair.Open(_one.Loop);
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Near.Ended = ended.SetResult;
        var waiting = TextAsync(pair);
        pair.Far.Shutdown(SocketShutdown.Send);
        (await waiting.WaitAsync(Soon, TestContext.Current.CancellationToken)).ShouldBe("");
        (await ended.Task.WaitAsync(Soon, TestContext.Current.CancellationToken)).ShouldBeFalse("it has ended, not broken");
        pair.Near.HasOtherSideEnded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_that_was_broken_off_is_an_error_with_its_reason()
    {
        using var pair = SocketPair.Open(_one.Loop);
        var waiting = TextAsync(pair);
        pair.Reset();
        (await Should.ThrowAsync<SocketException>(waiting.WaitAsync(Soon, TestContext.Current.CancellationToken))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Sends_more_than_the_kernel_takes_at_once()
    {
        using var pair = SocketPair.Open(_one.Loop, isNarrow: true);
        var sent = new byte[3 << 20];
        new Random(1).NextBytes(sent);
        var sending = pair.Near.Sender.SendAsync(sent).AsTask();
        sending.IsCompleted.ShouldBeFalse();
        pair.ReadFar(sent.Length).ShouldBe(sent);
        (await sending.WaitAsync(Soon, TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task Sending_to_one_that_is_gone_fails()
    {
        using var pair = SocketPair.Open(_one.Loop, isNarrow: true);
        var sending = pair.Near.Sender.SendAsync(new byte[3 << 20]).AsTask();
        pair.Reset();
        await Should.ThrowAsync<SocketException>(sending.WaitAsync(Soon, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_loses_nothing()
    {
        using var pair = SocketPair.Open(_one.Loop, isNarrow: true);
        var receiving = pair.Near.Receiver.ReceiveAsync(new byte[4]).AsTask();
        pair.Near.Receiver.Cancel();
        (await receiving.WaitAsync(Soon, TestContext.Current.CancellationToken)).ShouldBe(-Libc.Cancelled);
        pair.Far.Send("next"u8);
        (await TextAsync(pair)).ShouldBe("next");

        var body = new byte[3 << 20];
        new Random(2).NextBytes(body);
        var sending = pair.Near.Sender.SendAsync(body).AsTask();
        pair.Near.Sender.Cancel();
        (await sending.WaitAsync(Soon, TestContext.Current.CancellationToken)).ShouldBe(-Libc.Cancelled);
        var left = pair.Near.Sender.Left;
        left.ShouldBeInRange(1, body.Length - 1);
        var rest = pair.Near.Sender.SendAsync(body.AsMemory(body.Length - left)).AsTask();
        pair.ReadFar(body.Length).ShouldBe(body);
        await rest.WaitAsync(Soon, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Closing_ends_whoever_waits_and_tells_the_other_side()
    {
        using var pair = SocketPair.Open(_one.Loop, isNarrow: true);
        var receiving = pair.Near.Receiver.ReceiveAsync(new byte[4]).AsTask();
        var sending = pair.Near.Sender.SendAsync(new byte[3 << 20]).AsTask();
        pair.Near.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(sending.WaitAsync(Soon, TestContext.Current.CancellationToken));

        await Should.ThrowAsync<ObjectDisposedException>(receiving.WaitAsync(Soon, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await pair.Near.Receiver.ReceiveAsync(new byte[4]));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await pair.Near.Sender.SendAsync(new byte[4]));
        var rest = new byte[1 << 20];
        while (pair.Far.Receive(rest) > 0)
        {
            // Until the end.
        }
    }

    [Fact]
    public void Breaking_off_is_a_reset_for_the_other_side()
    {
        using var pair = SocketPair.Open(_one.Loop);
        pair.Near.Close(isBrokenOff: true);
        Should.Throw<SocketException>(() => pair.Far.Receive(new byte[1])).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Something_that_came_while_nobody_waited_is_seen_without_a_system_call()
    {
        using var pair = SocketPair.Open(_one.Loop);
        (pair.Near.Receiver.ReceiveNow(new byte[1])).ShouldBe(-Libc.Again);
        pair.Near.Receiver.IsReady.ShouldBeFalse();
        pair.Far.Send("x"u8);
        await UntilAsync(() => pair.Near.Receiver.IsReady);
        (await TextAsync(pair)).ShouldBe("x");
    }

    [Fact]
    public async Task Receiving_sending_cancelling_and_closing_at_the_same_time_ends_every_wait_once()
    {
        for (var round = 0; round < 500; round++)
        {
            using var pair = SocketPair.Open(_one.Loop);
            var receiving = Task.Run(async () => await pair.Near.Receiver.ReceiveAsync(new byte[4]));
            var others = new[]
            {
                Task.Run(() => pair.Far.Send("x"u8)),
                Task.Run(pair.Near.Receiver.Cancel),
                round % 2 == 0 ? Task.Run(pair.Near.Dispose) : Task.CompletedTask,
            };
            await Task.WhenAll(others);
            await Task.WhenAny(receiving).WaitAsync(Soon, TestContext.Current.CancellationToken);
            if (receiving.IsCompletedSuccessfully) (await receiving).ShouldBeOneOf(1, 0, -Libc.Cancelled);
            else receiving.Exception!.InnerException!.GetType().ShouldBeOneOf(typeof(ObjectDisposedException), typeof(SocketException));
        }
    }

    private static async Task<string> TextAsync(SocketPair pair)
    {
        var bytes = new byte[64];
        return Encoding.ASCII.GetString(bytes, 0, await pair.Near.Receiver.ReceiveAsync(bytes));
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!isTrue()) await Task.Delay(2, limit.Token);
    }
}
