using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;

namespace Tollgate.Tests.Configuration;

public sealed class StartedSourceTests
{
    [Fact]
    public void It_is_read_once_for_the_first_load_and_again_for_each_later_one()
    {
        var counted = new CountedSource();
        var source = new StartedSource(() => counted);
        source.Load().Problems.ShouldHaveSingleItem().Message.ShouldBe("reading 1");
        source.Load().Problems.ShouldHaveSingleItem().Message.ShouldBe("reading 2");
    }

    [Fact]
    public async Task It_is_read_before_anybody_asks()
    {
        var counted = new CountedSource();
        _ = new StartedSource(() => counted);
        await counted.WasRead.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_comes_next_is_done_after_it_was_read_and_without_anybody_asking()
    {
        var counted = new CountedSource();
        var next = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = new StartedSource(() => counted, () => next.SetResult(counted.WasRead.IsCompleted));
        (await next.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public void A_source_that_cannot_be_opened_says_why_to_whoever_loads()
        => Should.Throw<ArgumentException>(() => new StartedSource(() => throw new ArgumentException("no such place")).Load()).Message.ShouldBe("no such place");

    [Fact]
    public void It_is_what_the_source_behind_it_is()
    {
        var source = new StartedSource(() => new DiscoverySource(new ConfigContext(_ => null, Catalogue.Default)));
        source.IsDiscovered.ShouldBeTrue();
        source.Name.ShouldBe("the environment");
        source.HasChanged().ShouldBeFalse();
        new StartedSource(() => new CountedSource()).IsDiscovered.ShouldBeFalse();
        new StartedSource(() => new CountedSource()).HasChanged().ShouldBeTrue();
    }

    private sealed class CountedSource : ConfigSource
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _readings;

        internal Task WasRead => _read.Task;

        internal override string Name => "counted";

        internal override LoadResult Load()
        {
            var problem = new ConfigProblem(SourcePlace.Nowhere(Name), $"reading {Interlocked.Increment(ref _readings)}");
            _read.TrySetResult();
            return new LoadResult(null, [problem]);
        }

        internal override bool HasChanged() => true;
    }
}
