using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Tollgate.Epoll.Listening;

namespace Tollgate.Epoll.Tests.Listening;

/// <summary>The two pipes of a connection keep the contract that Kestrel relies on.</summary>
public sealed class PipeTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly OneLoop _one = new();
    private readonly CountingPool _pool = new(2048);
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var pair in _open) pair.Dispose();
        _one.Dispose();
    }

    [Fact]
    public async Task What_was_examined_but_not_consumed_comes_again_with_what_follows()
    {
        var (pair, connection) = Open();
        var input = connection.Transport.Input;
        pair.Far.Send("half"u8);
        var read = await ReadAsync(input);
        Text(read).ShouldBe("half");
        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var next = ReadAsync(input);
        next.IsCompleted.ShouldBeFalse("all was looked at");
        pair.Far.Send("+rest"u8);
        read = await next;
        Text(read).ShouldBe("half+rest");
        input.AdvanceTo(read.Buffer.GetPosition(5), read.Buffer.GetPosition(6));
        read = await ReadAsync(input);
        Text(read).ShouldBe("rest", "not all of it was looked at");
        input.AdvanceTo(read.Buffer.End);
        _pool.Out.ShouldBe(0, "a connection that waits holds no memory");
    }

    [Fact]
    public async Task A_body_of_many_blocks_comes_as_one_sequence_and_every_block_goes_back()
    {
        var (pair, connection) = Open();
        var sent = new byte[100_000];
        new Random(3).NextBytes(sent);
        var sending = Task.Run(() => pair.Far.Send(sent));
        ReadResult read;
        while (true)
        {
            read = await ReadAsync(connection.Transport.Input);
            if (read.Buffer.Length == sent.Length) break;
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        await sending;
        read.Buffer.ToArray().ShouldBe(sent);
        _pool.Out.ShouldBeGreaterThan(40);
        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(50_000));
        connection.Transport.Input.TryRead(out read).ShouldBeTrue();
        read.Buffer.ToArray().ShouldBe(sent[50_000..]);
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        _pool.Out.ShouldBe(0);
    }

    [Fact]
    public async Task TryRead_says_what_is_there_without_a_wait()
    {
        var (pair, connection) = Open();
        connection.Transport.Input.TryRead(out _).ShouldBeFalse();
        pair.Far.Send("ab"u8);
        var read = await ReadAsync(connection.Transport.Input);
        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1));
        connection.Transport.Input.TryRead(out read).ShouldBeTrue();
        Text(read).ShouldBe("b");
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        connection.Transport.Input.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_read_that_is_cancelled_ends_once_and_the_next_one_goes_on()
    {
        var (pair, connection) = Open();
        var waiting = ReadAsync(connection.Transport.Input);
        connection.Transport.Input.CancelPendingRead();
        var read = await waiting;
        read.IsCanceled.ShouldBeTrue();
        connection.Transport.Input.AdvanceTo(read.Buffer.End);

        connection.Transport.Input.CancelPendingRead();
        (await ReadAsync(connection.Transport.Input)).IsCanceled.ShouldBeTrue("it was asked for before");

        pair.Far.Send("x"u8);
        read = await ReadAsync(connection.Transport.Input);
        read.IsCanceled.ShouldBeFalse();
        Text(read).ShouldBe("x");

        using var cancel = new CancellationTokenSource();
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        var byToken = connection.Transport.Input.ReadAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(byToken.WaitAsync(Soon, TestContext.Current.CancellationToken));
        pair.Far.Send("y"u8);
        Text(await ReadAsync(connection.Transport.Input)).ShouldBe("y");
    }

    [Fact]
    public async Task Who_cancels_at_the_same_moment_as_another_begins_to_wait_is_heard()
    {
        var (_, connection) = Open();
        for (var round = 0; round < 5000; round++)
        {
            using var cancel = new CancellationTokenSource();
            var byToken = round % 2 == 0;
            var cancelling = Task.Run(() =>
            {
                if (byToken) cancel.Cancel();
                else connection.Transport.Input.CancelPendingRead();
            });
            try
            {
                var read = await connection.Transport.Input.ReadAsync(cancel.Token).AsTask().WaitAsync(Soon, TestContext.Current.CancellationToken);
                read.IsCanceled.ShouldBeTrue();
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            }
            catch (OperationCanceledException)
            {
                byToken.ShouldBeTrue();
            }

            await cancelling;
        }
    }

    [Fact]
    public async Task The_end_of_what_a_client_sends_is_told_behind_its_bytes_and_ends_the_connection()
    {
        var (pair, connection) = Open();
        pair.Far.Send("bye"u8);
        pair.Far.Shutdown(SocketShutdown.Send);
        var read = await ReadAsync(connection.Transport.Input);
        Text(read).ShouldBe("bye");
        if (!read.IsCompleted)
        {
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await ReadAsync(connection.Transport.Input);
            read.IsCompleted.ShouldBeTrue();
            Text(read).ShouldBe("bye");
        }

        await ClosedAsync(connection);
    }

    [Fact]
    public async Task A_client_that_goes_while_nobody_reads_ends_the_connection()
    {
        var (pair, connection) = Open();
        pair.Far.Shutdown(SocketShutdown.Both);
        await ClosedAsync(connection);

        var (other, broken) = Open();
        other.Reset();
        await ClosedAsync(broken);
        await Should.ThrowAsync<ConnectionResetException>(async () => await ReadAsync(broken.Transport.Input));
    }

    [Fact]
    public async Task One_that_has_sent_what_nobody_has_read_yet_is_not_given_up_for_ending()
    {
        var (pair, connection) = Open();
        pair.Far.Send("a whole request"u8);
        pair.Far.Shutdown(SocketShutdown.Send);
        await UntilAsync(() => connection.Socket.HasOtherSideEnded);
        connection.ConnectionClosed.IsCancellationRequested.ShouldBeFalse();
        Text(await ReadAsync(connection.Transport.Input)).ShouldBe("a whole request");
    }

    [Fact]
    public async Task Aborting_ends_reads_and_writes_and_resets_the_client()
    {
        var (pair, connection) = Open();
        var reading = connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
        connection.Abort(new ConnectionAbortedException("enough"));
        (await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await reading)).Message.ShouldBe("enough");
        connection.Transport.Output.Write("x"u8);
        (await connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken)).IsCompleted.ShouldBeTrue();
        Should.Throw<SocketException>(() => pair.Far.Receive(new byte[1])).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task What_is_flushed_is_sent_in_order_over_many_blocks_and_every_block_goes_back()
    {
        var (pair, connection) = Open();
        var sent = new byte[3 << 20];
        new Random(4).NextBytes(sent);
        connection.Transport.Output.Write(sent);
        connection.Transport.Output.UnflushedBytes.ShouldBe(sent.Length);
        var flushing = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        pair.ReadFar(sent.Length).ShouldBe(sent);
        (await flushing.WaitAsync(Soon, TestContext.Current.CancellationToken)).IsCompleted.ShouldBeFalse();
        connection.Transport.Output.UnflushedBytes.ShouldBe(0);
        _pool.Out.ShouldBe(0);
    }

    [Fact]
    public async Task More_room_than_a_block_has_is_given_too()
    {
        var (pair, connection) = Open();
        var room = connection.Transport.Output.GetMemory(10_000);
        room.Length.ShouldBeGreaterThanOrEqualTo(10_000);
        room.Span[..10_000].Fill((byte)'z');
        connection.Transport.Output.Advance(10_000);
        await connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken);
        pair.ReadFar(10_000).ShouldAllBe(b => b == 'z');
        Should.Throw<ArgumentOutOfRangeException>(() => connection.Transport.Output.Advance(1));
    }

    [Fact]
    public async Task A_flush_that_is_cancelled_is_gone_on_with_by_the_next_one()
    {
        var (pair, connection) = Open();
        var sent = new byte[3 << 20];
        new Random(5).NextBytes(sent);
        connection.Transport.Output.Write(sent);
        var flushing = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        flushing.IsCompleted.ShouldBeFalse();
        connection.Transport.Output.CancelPendingFlush();
        (await flushing.WaitAsync(Soon, TestContext.Current.CancellationToken)).IsCanceled.ShouldBeTrue();

        connection.Transport.Output.Write("end"u8);
        var rest = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        pair.ReadFar(sent.Length).ShouldBe(sent);
        pair.ReadFar(3).ShouldBe("end"u8.ToArray());
        (await rest.WaitAsync(Soon, TestContext.Current.CancellationToken)).IsCanceled.ShouldBeFalse();
        _pool.Out.ShouldBe(0);
    }

    [Fact]
    public async Task A_flush_whose_token_is_cancelled_fails_and_what_is_left_is_sent_later()
    {
        var (pair, connection) = Open();
        var sent = new byte[3 << 20];
        new Random(6).NextBytes(sent);
        connection.Transport.Output.Write(sent);
        using var cancel = new CancellationTokenSource();
        var flushing = connection.Transport.Output.FlushAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(flushing.WaitAsync(Soon, TestContext.Current.CancellationToken));
        var rest = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        pair.ReadFar(sent.Length).ShouldBe(sent);
        await rest.WaitAsync(Soon, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Writing_to_a_client_that_is_gone_is_no_error_but_nobody_reads_any_more()
    {
        var (pair, connection) = Open();
        connection.Transport.Output.Write(new byte[3 << 20]);
        var flushing = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        pair.Reset();
        (await flushing.WaitAsync(Soon, TestContext.Current.CancellationToken)).IsCompleted.ShouldBeTrue();
        connection.Transport.Output.Write("more"u8);
        (await connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken)).IsCompleted.ShouldBeTrue();
        _pool.Out.ShouldBe(0);
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task Closing_gives_all_memory_back()
    {
        var (pair, connection) = Open();
        pair.Far.Send("unread"u8);
        _ = await ReadAsync(connection.Transport.Input);
        connection.Transport.Output.Write("unsent"u8);
        _pool.Out.ShouldBe(2);
        await connection.DisposeAsync();
        _pool.Out.ShouldBe(0);
        pair.Far.Receive(new byte[16]).ShouldBe(0);
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task Completing_under_the_hands_of_a_flush_or_a_read_gives_memory_back_once_and_only_then()
    {
        var (pair, connection) = Open();
        pair.Far.Send("a part"u8);
        var read = await ReadAsync(connection.Transport.Input);
        connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var reading = connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
        await connection.Transport.Input.CompleteAsync();
        _pool.Out.ShouldBe(1, "the kernel may still be at it");
        connection.Transport.Output.Write(new byte[3 << 20]);
        var flushing = connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken);
        await connection.Transport.Output.CompleteAsync();
        _pool.Out.ShouldBeGreaterThan((3 << 20) / 2048 / 2, "it takes the first few meanwhile, and may still be at the others");
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await reading);
        (await flushing).IsCompleted.ShouldBeTrue();
        _pool.Out.ShouldBe(0);
        Should.Throw<InvalidOperationException>(() => connection.Transport.Output.GetMemory());
        Should.Throw<InvalidOperationException>(() => connection.Transport.Input.TryRead(out _));
    }

    [Fact]
    public async Task Closing_while_both_sides_are_busy_loses_and_doubles_no_memory()
    {
        for (var round = 0; round < 200; round++)
        {
            var (pair, connection) = Open();
            var busy = new[]
            {
                Task.Run(async () =>
                {
                    while (true)
                    {
                        var read = await connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
                        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(read.Buffer.Length / 2), read.Buffer.End);
                        if (read.IsCompleted) return;
                    }
                }),
                Task.Run(async () =>
                {
                    while (true)
                    {
                        connection.Transport.Output.Write(new byte[10_000]);
                        if ((await connection.Transport.Output.FlushAsync(TestContext.Current.CancellationToken)).IsCompleted) return;
                    }
                }),
                Task.Run(() => pair.Far.Send(new byte[20_000])),
            };
            await connection.DisposeAsync();
            foreach (var one in busy) await one.ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Soon, TestContext.Current.CancellationToken);
            pair.Dispose();
        }

        // What was asked for between the end and the notice of it is nobody's.
        _pool.Out.ShouldBeLessThanOrEqualTo(200);
    }

    private (SocketPair Pair, EpollConnection Connection) Open()
    {
        var pair = SocketPair.Open(_one.Loop, isNarrow: true);
        _open.Add(pair);
        return (pair, new EpollConnection(pair.Near, _pool, null, null));
    }

    private static async Task<ReadResult> ReadAsync(PipeReader input) => await input.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Soon, TestContext.Current.CancellationToken);

    private static string Text(ReadResult read) => Encoding.ASCII.GetString(read.Buffer.ToArray());

    private static async Task ClosedAsync(EpollConnection connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = connection.ConnectionClosed.Register(closed.SetResult);
        await closed.Task.WaitAsync(Soon, TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!isTrue()) await Task.Delay(2, limit.Token);
    }
}
