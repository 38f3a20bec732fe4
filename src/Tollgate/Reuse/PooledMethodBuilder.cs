using System.Runtime.CompilerServices;

namespace Tollgate.Reuse;

#pragma warning disable CA1822 // the compiler calls them on an instance

/// <summary>
/// Builds async methods that allocate nothing once their state has been pooled, as <see cref="PoolingAsyncValueTaskMethodBuilder{TResult}"/>
/// does. That one keeps a single state for each thread and core, which is too few when many requests wait at the same time; this one
/// keeps as many as were ever in use at once, up to a bound. What such a method returns may be awaited once only.
/// </summary>
internal struct PooledMethodBuilder<TResult>
{
    private PooledState<TResult>? _state;
    private TResult _result;

    /// <summary>What the caller awaits; read once, by the compiler's code.</summary>
    public readonly ValueTask<TResult> Task => _state is null ? new ValueTask<TResult>(_result) : new ValueTask<TResult>(_state, _state.Version);

    public static PooledMethodBuilder<TResult> Create() => default;

    // The framework's own start keeps what the method changes in its context from leaking to its caller.
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => AsyncTaskMethodBuilder.Create().Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException("the machine is never boxed");

    public void SetResult(TResult result)
    {
        if (_state is null) _result = result;
        else _state.SetResult(result);
    }

    public void SetException(Exception exception) => (_state ??= new FailedState<TResult>()).SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(MethodState<TStateMachine, TResult>.Suspend(ref _state, ref stateMachine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(MethodState<TStateMachine, TResult>.Suspend(ref _state, ref stateMachine));
}

/// <summary>The same for methods without a result.</summary>
internal struct PooledMethodBuilder
{
    private PooledState<bool>? _state;

    /// <inheritdoc cref="PooledMethodBuilder{TResult}.Task"/>
    public readonly ValueTask Task => _state is null ? default : new ValueTask(_state, _state.Version);

    public static PooledMethodBuilder Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => AsyncTaskMethodBuilder.Create().Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException("the machine is never boxed");

    public readonly void SetResult() => _state?.SetResult(true);

    public void SetException(Exception exception) => (_state ??= new FailedState<bool>()).SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(MethodState<TStateMachine, bool>.Suspend(ref _state, ref stateMachine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(MethodState<TStateMachine, bool>.Suspend(ref _state, ref stateMachine));
}
