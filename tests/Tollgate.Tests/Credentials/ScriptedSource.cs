using System.Collections.Concurrent;
using Tollgate.Credentials;

namespace Tollgate.Tests.Credentials;

/// <summary>An identity service that answers when and what the test says.</summary>
internal sealed class ScriptedSource(object settings) : IdentitySource
{
    private readonly ConcurrentQueue<TaskCompletionSource<Identity>> _open = [];
    private readonly SemaphoreSlim _asked = new(0);
    private int _calls;

    public int Calls => _calls;

    /// <summary>Called when a call is cancelled, on the thread that cancels it.</summary>
    public Action? WhenCancelled { get; init; }

    public override object Settings => settings;

    public override string Mend => "write the line";

    public override async ValueTask<Identity> FetchAsync(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<Identity>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (WhenCancelled is { } told) cancellationToken.Register(told);
        Interlocked.Increment(ref _calls);
        _open.Enqueue(answer);
        _asked.Release();
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until it is asked.</summary>
    public async Task AskedAsync() => (await _asked.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("nobody asked");

    public async Task AnswerAsync(Identity identity)
    {
        await AskedAsync();
        Next().SetResult(identity);
    }

    public async Task FailAsync(string why)
    {
        await AskedAsync();
        Next().SetException(new IdentityException(why));
    }

    /// <summary>Ends a call that <see cref="AskedAsync"/> has seen.</summary>
    public void Release(Identity identity) => Next().SetResult(identity);

    private TaskCompletionSource<Identity> Next() => _open.TryDequeue(out var answer) ? answer : throw new InvalidOperationException("nobody asked");
}
