using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Tests.Loops;

/// <summary>Connections go where they are served with the least work: all to one loop, or their part to each.</summary>
public sealed class LoopBalanceTests : IDisposable
{
    private const int Count = 12;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly TwoLoops _two = new();
    private readonly long[] _cpu = new long[2];
    private readonly LoopBalance _balance;
    private readonly SocketPair[] _pairs;

    public LoopBalanceTests()
    {
        _balance = new LoopBalance(_two.All, loop => _cpu[loop.Index]);
        _pairs = [.. Enumerable.Range(0, Count).Select(_ => SocketPair.Open(_two.First))];
    }

    public void Dispose()
    {
        foreach (var pair in _pairs) pair.Dispose();
        _two.Dispose();
    }

    [Fact]
    public async Task A_full_loop_gives_half_of_its_connections_away_and_gets_them_back_when_there_is_less_to_do()
    {
        var waiting = _pairs.Select(p => p.ThreadOfReceiverAsync()).ToList();
        Pass(3, 0.95, 0);
        _balance.Active.ShouldBe(2);
        (OfFirst, OfSecond).ShouldBe((Count / 2, Count / 2));
        await AnsweredAsync(waiting, "first", "second");

        waiting = [.. _pairs.Select(p => p.ThreadOfReceiverAsync())];
        Pass(1, 0.2, 0.2); // in which all came at once, and waited for each other
        Pass(20, 0.2, 0.2);
        _balance.Active.ShouldBe(1);
        (OfFirst, OfSecond).ShouldBe((Count, 0));
        await AnsweredAsync(waiting, "first");
    }

    [Fact]
    public void What_came_to_lie_unevenly_is_divided_anew()
    {
        Pass(3, 0.95, 0);
        foreach (var pair in _pairs.Take(9)) pair.Near.MoveTo(_two.First);
        OfFirst.ShouldBeGreaterThanOrEqualTo(9);
        var before = OfFirst;
        Pass(2, 0.95, 0.475);
        OfFirst.ShouldBe(before, "a moment does not count");
        Pass(1, 0.95, 0.475);
        OfFirst.ShouldBe(before - (before / 4));
        Pass(3, 0.95, 0.7);
        OfFirst.ShouldBe(before - (before / 4), "that is no more than chance");
    }

    [Fact]
    public void What_belongs_to_a_loop_stays_and_what_is_closed_is_not_looked_at()
    {
        using var own = new LoopSocket(new SocketHandle(Libc.Duplicate((int)_pairs[0].Far.Handle)), _two.First, isFixed: true);
        own.Start();
        foreach (var pair in _pairs.Skip(1)) pair.Dispose();
        Pass(3, 1, 0);
        _balance.Active.ShouldBe(2);
        own.Loop.ShouldBe(_two.First);
        _two.First.Count.ShouldBeInRange(1, 2);
        _two.Second.Count.ShouldBeLessThan(2);
    }

    [Fact]
    public void Time_that_a_thread_computes_is_counted()
    {
        var before = _two.First.Cpu;
        using var done = new ManualResetEventSlim();
        var computing = ComputeAsync(_pairs[0], () => _two.First.Cpu - before > 20_000_000, done);
        _pairs[0].Far.Send("x"u8);
        done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken).ShouldBeTrue();
        computing.IsFaulted.ShouldBeFalse();
        _two.Second.Cpu.ShouldBeLessThan(_two.First.Cpu);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public void Where_nobody_knows_what_loops_take_all_are_at_work(bool isKnown, int active)
    {
        using var group = new LoopGroup(3, isKnown ? static _ => 0 : null);
        group.Active.ShouldBe(active);
        Enumerable.Range(0, 6).Select(_ => group.NextIndex()).Distinct().Count().ShouldBe(active);
    }

    private int OfFirst => _pairs.Count(p => p.Near.Loop == _two.First);

    private int OfSecond => _pairs.Count(p => p.Near.Loop == _two.Second);

    private void Pass(int windows, double first, double second)
    {
        for (var i = 0; i < windows; i++)
        {
            _cpu[0] += (long)(first * Window.TotalSeconds * 1e9);
            _cpu[1] += (long)(second * Window.TotalSeconds * 1e9);
            _balance.Look(Window);
        }
    }

    private async Task AnsweredAsync(List<Task<string?>> waiting, params string[] threads)
    {
        foreach (var pair in _pairs) pair.Far.Send("x"u8);
        var names = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        names.Distinct().Order(StringComparer.Ordinal).ShouldBe(threads);
    }

    private static async Task ComputeAsync(SocketPair pair, Func<bool> isEnough, ManualResetEventSlim done)
    {
        await pair.Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        while (!isEnough()) Thread.SpinWait(100);
        done.Set();
    }
}
