using System.Collections.Concurrent;
using Tollgate.Reuse;

namespace Tollgate.Tests.Reuse;

public sealed class NearPoolTests
{
    [Fact]
    public void A_thread_gets_again_what_it_gave_back_last() => OnOneThread(() =>
    {
        var pool = new NearPool<object>(static () => new object());
        var (first, second) = (pool.Get(), pool.Get());
        pool.Return(first);
        pool.Return(second);
        pool.Get().ShouldBeSameAs(second);
        pool.Get().ShouldBeSameAs(first);
    });

    [Fact]
    public void What_one_thread_has_too_many_of_others_take_up_to_a_bound()
    {
        var made = 0;
        var pool = new NearPool<object>(() => Interlocked.Increment(ref made), mostNear: 2, mostShared: 3);
        OnOneThread(() =>
        {
            var taken = Enumerable.Range(0, 10).Select(_ => pool.Get()).ToList();
            foreach (var one in taken) pool.Return(one);
        });
        made.ShouldBe(10);

        // A thread of each place, once: threads of other tests are given places meanwhile.
        var places = new HashSet<uint>();
        while (places.Count < 16) OnOneThread(() => _ = places.Add(ThreadPlace.Number % 16) ? (pool.Get(), pool.Get()) : default);
        made.ShouldBe(10 + 32 - 2 - 3, "two stayed near and three were shared; the rest was the collector's");
    }

    [Fact]
    public async Task None_is_in_two_hands()
    {
        var pool = new NearPool<int[]>(static () => new int[1], mostNear: 4, mostShared: 8);
        var doubled = new ConcurrentQueue<int>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var held = new Queue<int[]>();
            for (var i = 0; i < 100_000; i++)
            {
                if (held.Count < 6 && ((i * 31) + seed) % 3 != 0)
                {
                    var one = pool.Get();
                    if (Interlocked.Increment(ref one[0]) != 1) doubled.Enqueue(i);
                    held.Enqueue(one);
                }
                else if (held.TryDequeue(out var one))
                {
                    Interlocked.Decrement(ref one[0]);
                    pool.Return(one);
                }
            }
        })));
        doubled.ShouldBeEmpty();
    }

    private static void OnOneThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }
}
