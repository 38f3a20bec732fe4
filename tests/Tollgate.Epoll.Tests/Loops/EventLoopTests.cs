using System.Collections.Concurrent;
using System.Text;
using Tollgate.Epoll.Loops;

namespace Tollgate.Epoll.Tests.Loops;

/// <summary>What waits goes on where it is polled, and nothing that goes on holds up the others.</summary>
public sealed class EventLoopTests : IDisposable
{
    private readonly OneLoop _one = new();

    public void Dispose() => _one.Dispose();

    [Fact]
    public async Task Whoever_waits_goes_on_on_the_thread_that_polls()
    {
        using var pair = SocketPair.Open(_one.Loop);
        var waiting = pair.ThreadOfReceiverAsync();
        pair.Far.Send("x"u8);
        (await waiting).ShouldBe("loop");
    }

    [Fact]
    public async Task One_that_blocks_does_not_hold_up_the_others_whose_events_came_with_its_own()
    {
        using var freed = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        using var first = SocketPair.Open(_one.Loop);
        using var second = SocketPair.Open(_one.Loop);
        using var third = SocketPair.Open(_one.Loop);
        var blocking = BlockAsync(first, blocked, freed);
        var held = BlockAsync(second, blocked, freed);
        var others = ReceiveAsync(third);
        first.Far.Send("a"u8);
        second.Far.Send("b"u8);
        blocked.Wait(TestContext.Current.CancellationToken);
        third.Far.Send("c"u8);

        (await others.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe("c");
        blocking.IsCompleted.ShouldBeFalse();
        _one.Loop.Threads.ShouldBeGreaterThan(1);
        freed.Set();
        await Task.WhenAll(blocking, held).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_thread_that_came_back_leads_again_when_it_is_needed()
    {
        // Each thread but the first came with a takeover, unless one that came back was called again: it may just be on its way.
        using var pair = SocketPair.Open(_one.Loop);
        for (var round = 0; round < 5 || _one.Loop.Takeovers < _one.Loop.Threads; round++)
        {
            using var freed = new ManualResetEventSlim();
            using var blocked = new ManualResetEventSlim();
            using var other = SocketPair.Open(_one.Loop);
            var blocking = BlockAsync(pair, blocked, freed);
            pair.Far.Send("a"u8);
            blocked.Wait(TestContext.Current.CancellationToken);
            var served = ReceiveAsync(other);
            other.Far.Send("b"u8);
            (await served.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe("b");
            freed.Set();
            await blocking.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Two_fast_sides_do_not_keep_the_loop_for_themselves()
    {
        // It receives a byte at a time of what is there already, on the loop, without ever having to wait.
        const int count = 2000;
        using var loop = new UnwatchedLoop();
        using var greedy = SocketPair.Open(loop.Loop);
        using var modest = SocketPair.Open(loop.Loop);
        var order = new ConcurrentQueue<string>();
        var first = TakeAllAsync(greedy, count, () => modest.Far.Send("m"u8), () => order.Enqueue("greedy"));
        var second = NoteAsync(modest, () => order.Enqueue("modest"));
        greedy.Far.Send(new byte[count]);
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        order.ShouldBe(["modest", "greedy"]);
    }

    [Fact]
    public async Task What_is_put_off_to_the_end_of_a_turn_is_done_once_and_after_what_had_come()
    {
        // The first holds the loop until both others have come, so that these are one turn.
        using var loop = new UnwatchedLoop();
        using var first = SocketPair.Open(loop.Loop);
        using var second = SocketPair.Open(loop.Loop);
        using var third = SocketPair.Open(loop.Loop);
        var order = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begin = NoteAsync(first, () =>
        {
            second.Far.Send("b"u8);
            third.Far.Send("c"u8);
        });
        var putOff = NoteAsync(second, () => loop.Loop.TryAtTurnEnd(() =>
        {
            order.Enqueue("at the end");
            done.SetResult();
        }).ShouldBeTrue());
        var other = NoteAsync(third, () => order.Enqueue("other"));
        first.Far.Send("a"u8);
        await Task.WhenAll(begin, putOff, other, done.Task).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        order.ShouldBe(["other", "at the end"]);
    }

    [Fact]
    public async Task What_was_put_off_is_done_though_its_thread_does_not_come_back()
    {
        using var freed = new ManualResetEventSlim();
        using var loop = new UnwatchedLoop();
        using var pair = SocketPair.Open(loop.Loop);
        var isPutOff = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocking = NoteAsync(pair, () =>
        {
            isPutOff.SetResult(loop.Loop.TryAtTurnEnd(() => done.SetResult()));
            freed.Wait(TimeSpan.FromSeconds(60));
        });
        pair.Far.Send("a"u8);
        (await isPutOff.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBeTrue();
        done.Task.IsCompleted.ShouldBeFalse();
        loop.Loop.TakeOver(); // as the watch does when it sees that
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        blocking.IsCompleted.ShouldBeFalse();
        freed.Set();
        await blocking.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Nothing_is_put_off_by_threads_that_have_no_turns() => _one.Loop.TryAtTurnEnd(() => throw new InvalidOperationException("it was put off")).ShouldBeFalse();

    [Fact]
    public void Sockets_that_are_closed_are_forgotten()
    {
        var before = _one.Loop.Count;
        for (var i = 0; i < 200; i++) SocketPair.Open(_one.Loop).Dispose();
        _one.Loop.Count.ShouldBe(before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Its_threads_end_with_it(int takeovers)
    {
        // Taken over while it waits for events, a loop has several threads that wait.
        var name = "end-" + Guid.NewGuid().ToString("N")[..8];
        using var watch = new LoopWatch();
        using var loop = new EventLoop(watch, name);
        Until(() => loop.IsWaiting && Threads(name) == 1);
        for (var i = 1; i <= takeovers; i++)
        {
            loop.TakeOver();
            Until(() => Threads(name) == i + 1 && ThreadsThatSleep(name) == i + 1);
        }

        loop.Takeovers.ShouldBe(takeovers);

        loop.Dispose();
        Until(() => Threads(name) == 0);
    }

    private static void Until(Func<bool> condition) => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)).ShouldBeTrue();

    private static int Threads(string name) => States(name).Count();

    private static int ThreadsThatSleep(string name) => States(name).Count(s => s == 'S');

    /// <summary>Of this process's threads with the name (proc_pid_stat(5)).</summary>
    private static IEnumerable<char> States(string name)
    {
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            string stat;
            try
            {
                stat = File.ReadAllText(task + "/stat");
            }
            catch (IOException)
            {
                continue; // it has ended
            }

            var end = stat.LastIndexOf(')');
            if (stat[(stat.IndexOf('(') + 1)..end] == name) yield return stat[end + 2];
        }
    }

    private static async Task<string> ReceiveAsync(SocketPair pair)
    {
        var bytes = new byte[16];
        return Encoding.ASCII.GetString(bytes, 0, await pair.Near.Receiver.ReceiveAsync(bytes).ConfigureAwait(false));
    }

    private static async Task BlockAsync(SocketPair pair, ManualResetEventSlim blocked, ManualResetEventSlim freed)
    {
        await pair.Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        blocked.Set();
        freed.Wait(TimeSpan.FromSeconds(60));
    }

    private static async Task TakeAllAsync(SocketPair pair, int count, Action begin, Action end)
    {
        var one = new byte[1];
        await pair.Near.Receiver.ReceiveAsync(one).ConfigureAwait(false);
        begin();
        for (var taken = 1; taken < count; taken++) await pair.Near.Receiver.ReceiveAsync(one).ConfigureAwait(false);
        end();
    }

    private static async Task NoteAsync(SocketPair pair, Action note)
    {
        await pair.Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        note();
    }
}
