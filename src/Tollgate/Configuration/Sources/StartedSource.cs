namespace Tollgate.Configuration.Sources;

/// <summary>A source that is opened and read for the first time on a thread of the pool, from the moment that this one is made.</summary>
internal sealed class StartedSource : ConfigSource
{
    private readonly Task<ConfigSource> _opened;
    private Task<LoadResult>? _first;

    /// <summary>Starts.</summary>
    /// <param name="open">Makes the source itself.</param>
    /// <param name="next">Done on the same thread afterwards, while the configuration is already used; nothing waits for it.</param>
    internal StartedSource(Func<ConfigSource> open, Action? next = null)
    {
        _opened = Task.Run(open);
        _first = _opened.ContinueWith(opened => opened.GetAwaiter().GetResult().Load(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (next is not null) _ = _first.ContinueWith(_ => next(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    internal override string Name => Source.Name;

    internal override bool IsDiscovered => Source.IsDiscovered;

    private ConfigSource Source => _opened.GetAwaiter().GetResult();

    internal override LoadResult Load() => Interlocked.Exchange(ref _first, null) is { } first ? first.GetAwaiter().GetResult() : Source.Load();

    internal override bool HasChanged() => Source.HasChanged();
}
