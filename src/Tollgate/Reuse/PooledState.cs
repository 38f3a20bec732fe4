using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Tollgate.Reuse;

/// <summary>The outcome of an async method that did not end at once. Whoever takes the outcome gives it back to its pool.</summary>
internal abstract class PooledState<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<TResult> _outcome;

    /// <summary>Tells one use from the next.</summary>
    internal short Version => _outcome.Version;

    internal void SetResult(TResult result) => _outcome.SetResult(result);

    internal void SetException(Exception exception) => _outcome.SetException(exception);

    public ValueTaskSourceStatus GetStatus(short token) => _outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    public TResult GetResult(short token)
    {
        // One that is not this use's must not end it.
        var mine = token == _outcome.Version;
        try
        {
            return _outcome.GetResult(token);
        }
        finally
        {
            if (mine)
            {
                _outcome.Reset();
                GiveBack();
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    private protected abstract void GiveBack();
}

/// <summary>Of a method that threw before it waited for anything: rare, so not pooled.</summary>
internal sealed class FailedState<TResult> : PooledState<TResult>
{
    private protected override void GiveBack()
    {
        // Nobody uses it again.
    }
}

/// <summary>A suspended method: its variables, and what goes on with it.</summary>
internal sealed class MethodState<TStateMachine, TResult> : PooledState<TResult>
    where TStateMachine : IAsyncStateMachine
{
    private static readonly ContextCallback Step = static state => ((MethodState<TStateMachine, TResult>)state!)._machine.MoveNext();

    private readonly Action _goOn;
    private TStateMachine _machine = default!;
    private ExecutionContext? _context;

    private MethodState() => _goOn = GoOn;

    /// <summary>Keeps the method where it stands. Called on the thread that runs it, before anything can go on with it.</summary>
    internal static Action Suspend(ref PooledState<TResult>? slot, ref TStateMachine machine)
    {
        if (slot is not MethodState<TStateMachine, TResult> state)
        {
            state = StatePool<MethodState<TStateMachine, TResult>>.TryTake() ?? new MethodState<TStateMachine, TResult>();
            slot = state; // a part of the machine: it has to be there before the machine is copied
            state._machine = machine;
        }

        state._context = ExecutionContext.Capture();
        return state._goOn;
    }

    private protected override void GiveBack()
    {
        _machine = default!;
        _context = null;
        StatePool<MethodState<TStateMachine, TResult>>.Return(this);
    }

    private void GoOn()
    {
        if (_context is { } context) ExecutionContext.Run(context, Step, this);
        else _machine.MoveNext();
    }
}
