using Tollgate.Configuration;
using Tollgate.Routing.Flow;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Flow;

/// <summary>So many at once, the others in the order of their coming, and no place ever lost.</summary>
public sealed class ProviderGateTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Without_a_limit_everybody_is_let_in()
    {
        var gate = new ProviderGate(_time);
        gate.IsLimited.ShouldBeFalse();
        (await Enter(gate)).ShouldBe(GateEntry.Unlimited);
    }

    [Fact]
    public async Task Lets_in_as_many_as_allowed_and_the_others_in_their_order()
    {
        var gate = Create(2, 10);
        (await Enter(gate), await Enter(gate)).ShouldBe((GateEntry.Entered, GateEntry.Entered));
        Task<GateEntry>[] waiting = [Enter(gate), Enter(gate), Enter(gate)];
        (gate.Inside, gate.Queued).ShouldBe((2, 3));
        for (var i = 0; i < 3; i++)
        {
            gate.Leave();
            (await waiting[i]).ShouldBe(GateEntry.Entered);
            waiting.Count(w => w.IsCompleted).ShouldBe(i + 1);
        }

        (gate.Inside, gate.Queued).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_full_queue_takes_nobody()
    {
        var gate = Create(1, 1);
        await Enter(gate);
        Enter(gate).IsCompleted.ShouldBeFalse();
        (await Enter(gate)).ShouldBe(GateEntry.QueueFull);
    }

    [Fact]
    public async Task Whoever_waits_too_long_goes_and_the_next_moves_up()
    {
        var gate = Create(1, 10, TimeSpan.FromSeconds(3));
        await Enter(gate);
        var first = Enter(gate);
        _time.Advance(TimeSpan.FromSeconds(2));
        var second = Enter(gate);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await first).ShouldBe(GateEntry.TimedOut);
        second.IsCompleted.ShouldBeFalse();
        gate.Leave();
        (await second).ShouldBe(GateEntry.Entered);
    }

    [Fact]
    public async Task A_client_that_leaves_leaves_the_queue()
    {
        var gate = Create(1, 10);
        await Enter(gate);
        using var leaving = new CancellationTokenSource();
        var waiting = gate.EnterAsync(leaving.Token).AsTask();
        await leaving.CancelAsync();
        (await waiting).ShouldBe(GateEntry.ClientLeft);
        gate.Queued.ShouldBe(0);
    }

    [Fact]
    public async Task A_higher_limit_lets_in_who_waits_and_no_limit_lets_in_all()
    {
        var gate = Create(1, 10);
        await Enter(gate);
        Task<GateEntry>[] waiting = [Enter(gate), Enter(gate), Enter(gate)];
        gate.Configure(new FlowConfig(2, 10));
        (await waiting[0]).ShouldBe(GateEntry.Entered);
        waiting[1].IsCompleted.ShouldBeFalse();
        gate.Configure(new FlowConfig());
        (await waiting[1], await waiting[2]).ShouldBe((GateEntry.Unlimited, GateEntry.Unlimited));
        gate.Leave();
        gate.Leave();
        gate.Inside.ShouldBe(0);
    }

    /// <summary>Random comings, goings, cancellations, time-outs and reloads; at the end nobody is inside and nobody waits.</summary>
    [Fact]
    public async Task No_place_is_ever_lost_or_given_twice()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var chance = new SeededChance(seed);
            var gate = Create(1 + (int)(chance.Next() * 4), (int)(chance.Next() * 6), TimeSpan.FromSeconds(1));
            var inside = 0;
            var waiting = new List<(Task<GateEntry> Entry, CancellationTokenSource Client)>();
            for (var step = 0; step < 300; step++)
            {
                var what = chance.Next();
                if (what < 0.4)
                {
                    var client = new CancellationTokenSource();
                    waiting.Add((gate.EnterAsync(client.Token).AsTask(), client));
                }
                else if (what < 0.7 && inside > 0)
                {
                    gate.Leave();
                    inside--;
                }
                else if (what < 0.85 && waiting.Count > 0)
                {
                    await waiting[(int)(chance.Next() * waiting.Count)].Client.CancelAsync();
                }
                else if (what < 0.95)
                {
                    _time.Advance(TimeSpan.FromMilliseconds(chance.Next() * 400));
                }
                else
                {
                    gate.Configure(new FlowConfig(1 + (int)(chance.Next() * 4), (int)(chance.Next() * 6), TimeSpan.FromSeconds(1)));
                }

                // What is decided is told without delay, except that awaiting it runs elsewhere.
                foreach (var done in waiting.Where(w => w.Entry.IsCompleted).ToArray())
                {
                    waiting.Remove(done);
                    if (await done.Entry == GateEntry.Entered) inside++;
                    done.Client.Dispose();
                }
            }

            await EmptyAsync(gate, waiting, inside);
        }
    }

    /// <summary>The same from many threads at once, in real time.</summary>
    [Fact]
    public async Task Never_lets_in_too_many_from_many_threads()
    {
        var gate = Create(3, 1000);
        var (inside, most) = (0, 0);
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using var client = new CancellationTokenSource();
            var entering = gate.EnterAsync(client.Token);
            if (i % 5 == 0) await client.CancelAsync();
            if (await entering != GateEntry.Entered) return;
            InterlockedMax(ref most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            gate.Leave();
        });
        most.ShouldBeLessThanOrEqualTo(3);
        (gate.Inside, gate.Queued).ShouldBe((0, 0));
    }

    private async Task EmptyAsync(ProviderGate gate, List<(Task<GateEntry> Entry, CancellationTokenSource Client)> waiting, int inside)
    {
        for (; inside > 0; inside--) gate.Leave();
        foreach (var (_, client) in waiting) await client.CancelAsync();
        foreach (var (entry, client) in waiting)
        {
            if (await entry == GateEntry.Entered) gate.Leave();
            client.Dispose();
        }

        (gate.Inside, gate.Queued).ShouldBe((0, 0));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    private static Task<GateEntry> Enter(ProviderGate gate) => gate.EnterAsync(CancellationToken.None).AsTask();

    private ProviderGate Create(int most, int queued, TimeSpan? timeout = null)
    {
        var gate = new ProviderGate(_time);
        gate.Configure(new FlowConfig(most, queued, timeout));
        return gate;
    }
}
