using System.Runtime.CompilerServices;
using Tollgate.Reuse;

namespace Tollgate.Tests.Reuse;

#pragma warning disable CA2012 // tasks that are kept are what this is about

public sealed class PooledMethodBuilderTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task A_method_gives_its_result_at_once_or_later()
    {
        (await AddAsync(Task.FromResult(1), 2)).ShouldBe(3);
        var source = new TaskCompletionSource<int>();
        var waiting = AddAsync(source.Task, 2);
        waiting.IsCompleted.ShouldBeFalse();
        source.SetResult(5);
        (await waiting).ShouldBe(7);
    }

    [Fact]
    public async Task A_method_that_throws_gives_its_exception()
    {
        (await Should.ThrowAsync<InvalidOperationException>(async () => await FailAsync(Task.CompletedTask))).Message.ShouldBe("no");
        var source = new TaskCompletionSource();
        var waiting = FailAsync(source.Task);
        source.SetResult();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await waiting)).Message.ShouldBe("no");
        source = new TaskCompletionSource();
        var cancelled = FailAsync(source.Task);
        source.SetCanceled();
        await Should.ThrowAsync<OperationCanceledException>(async () => await cancelled);
    }

    [Fact]
    public async Task What_flows_with_a_method_is_there_when_it_goes_on_and_does_not_leak()
    {
        Ambient.Value = "caller";
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = ChangeAsync(source.Task, "first");
        Ambient.Value.ShouldBe("caller");
        var second = ChangeAsync(source.Task, "second");
        Ambient.Value = null;
        source.SetResult();
        (await first).ShouldBe("first");
        (await second).ShouldBe("second");
        Ambient.Value.ShouldBeNull();
    }

    [Fact]
    public async Task An_outcome_is_taken_once()
    {
        var source = new TaskCompletionSource<int>();
        var waiting = AddAsync(source.Task, 1);
        source.SetResult(1);
        var copy = waiting;
        (await waiting).ShouldBe(2);
        await Should.ThrowAsync<InvalidOperationException>(async () => await copy);
    }

    [Fact]
    public void Many_at_once_keep_apart_and_allocate_nothing_the_second_time()
    {
        for (var i = 0; i < 3; i++) Round(200).Sum.ShouldBe(200 * 1000 + (199 * 200 / 2)); // the pool has grown as far as it will
        Enumerable.Range(0, 10).Min(_ => Round(200).Allocated).ShouldBeLessThan(200 * 40); // the pool's queue may take another segment; the framework's builder allocates more than 100 bytes for nearly each
    }

    [Fact]
    public async Task Random_threads_never_mix_them_up()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (i, _) =>
        {
            for (var k = 0; k < 20; k++) (await DeepAsync(i, 3)).ShouldBe(i);
        });
    }

    /// <summary>All on this thread: whoever opens a gate goes on with the method behind it.</summary>
    private static (int Sum, long Allocated) Round(int count)
    {
        var gates = Enumerable.Range(0, count).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var waiting = new ValueTask<int>[count];
        var sum = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < count; i++) waiting[i] = AddAsync(gates[i].Task, i);
        for (var i = count - 1; i >= 0; i--) gates[i].SetResult(1000);
        for (var i = 0; i < count; i++) sum += waiting[i].GetAwaiter().GetResult();
        return (sum, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> AddAsync(Task<int> first, int second) => await first.ConfigureAwait(false) + second;

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    private static async ValueTask FailAsync(Task first)
    {
        await first.ConfigureAwait(false);
        throw new InvalidOperationException("no");
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<string?> ChangeAsync(Task gate, string value)
    {
        Ambient.Value = value;
        await gate.ConfigureAwait(false);
        await Task.Yield();
        return Ambient.Value;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> DeepAsync(int value, int depth)
    {
        if (depth == 0)
        {
            await Task.Yield();
            return value;
        }

        var below = await DeepAsync(value, depth - 1).ConfigureAwait(false);
        await NothingAsync().ConfigureAwait(false);
        return below;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    private static async ValueTask NothingAsync() => await Task.Yield();
}
