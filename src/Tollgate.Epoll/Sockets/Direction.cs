using System.Threading.Tasks.Sources;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Sockets;

/// <summary>
/// One direction of a socket: what is received or what is sent. One waits for it at a time.
/// <code>
///             event                    event: tried again
///   Quiet ──────────► Ready   Waiting ────────────────────► Quiet, and whoever waited goes on
///     ▲ ◄────────────            ▲
///     │      tried               │
///     └──────────────────────────┘  nothing there: waits
/// </code>
/// </summary>
internal abstract class Direction : IValueTaskSource<int>
{
    private const int Quiet = 0;
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Closed = 3;

    private ManualResetValueTaskSourceCore<int> _outcome;
    private int _state = Ready;
    private bool _isCancelled;

    /// <summary>True: nobody may use it any more.</summary>
    protected bool IsClosed => Volatile.Read(ref _state) == Closed;

    /// <summary>True: somebody waits.</summary>
    protected bool IsWaitedFor => Volatile.Read(ref _state) == Waiting;

    /// <summary>True when something has come that nobody waited for.</summary>
    internal bool IsReady => Volatile.Read(ref _state) == Ready;

    /// <summary>What comes from now on is told by an event.</summary>
    internal void ExpectEvent() => Interlocked.CompareExchange(ref _state, Quiet, Ready);

    /// <summary>The kernel says that there is something to do.</summary>
    internal void OnReady()
    {
        OnEvent();
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is not (Quiet or Waiting)) return;
            if (state == Quiet)
            {
                if (Interlocked.CompareExchange(ref _state, Ready, Quiet) == Quiet) return;
            }
            else if (Interlocked.CompareExchange(ref _state, Quiet, Waiting) == Waiting)
            {
                GoOn();
                return;
            }
        }
    }

    /// <summary>Waits until something may be possible. It may not, after all.</summary>
    internal ValueTask<int> WaitAsync()
    {
        Clear();
        return RunAsync();
    }

    /// <summary>Whoever waits is told <see cref="Libc.Cancelled"/>, negated; when nobody does, nothing happens. The socket can be used on.</summary>
    internal void Cancel()
    {
        Volatile.Write(ref _isCancelled, true);
        EndCancelled();
    }

    /// <summary>Whoever waits fails, and nobody waits again.</summary>
    internal void Close()
    {
        if (Interlocked.Exchange(ref _state, Closed) == Waiting) Complete(-Libc.BadDescriptor);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    public int GetResult(short token)
    {
        var result = _outcome.GetResult(token);
        _outcome.Reset();
        return Checked(result);
    }

    /// <summary>Does it, or waits until it can be done.</summary>
    protected ValueTask<int> RunAsync()
    {
        Volatile.Write(ref _isCancelled, false);
        while (true)
        {
            var result = TryNow();
            if (result != -Libc.Again) return result >= 0 ? new ValueTask<int>(result) : Failed(result);
            switch (Interlocked.CompareExchange(ref _state, Waiting, Quiet))
            {
                case Quiet:
                    if (Volatile.Read(ref _isCancelled)) EndCancelled();
                    return new ValueTask<int>(this, _outcome.Version);
                case Closed:
                    return Failed(-Libc.BadDescriptor);
            }
        }
    }

    /// <summary>An event has come.</summary>
    protected virtual void OnEvent()
    {
        // Nothing depends on it.
    }

    /// <summary>True when it was put off, so that others have their turn before.</summary>
    protected virtual bool IsOthersTurn() => false;

    /// <summary>Nothing is to be done.</summary>
    protected abstract void Clear();

    /// <summary>Does what is possible now.</summary>
    /// <returns>0 or more: it is done. Below: the error, negated; <see cref="Libc.Again"/>: nothing is possible.</returns>
    protected abstract int Try();

    /// <summary>True when the same may be possible again at once.</summary>
    protected abstract bool MayHaveMore(int result);

    protected int TryNow()
    {
        while (Interlocked.CompareExchange(ref _state, Quiet, Ready) == Ready)
        {
            if (IsOthersTurn()) return -Libc.Again;
            var result = Try();
            if (result == -Libc.Again) continue;
            if (MayHaveMore(result)) Interlocked.CompareExchange(ref _state, Ready, Quiet);
            return result;
        }

        return Volatile.Read(ref _state) == Closed ? -Libc.BadDescriptor : -Libc.Again;
    }

    /// <summary>Goes on with whoever waits: the wait is this thread's now.</summary>
    private void GoOn()
    {
        int result;
        while ((result = Try()) == -Libc.Again)
        {
            var state = Interlocked.CompareExchange(ref _state, Waiting, Quiet);
            if (state == Quiet)
            {
                // It waits on, unless it was cancelled while this was tried.
                if (Volatile.Read(ref _isCancelled)) EndCancelled();
                return;
            }

            if (state == Closed)
            {
                result = -Libc.BadDescriptor;
                break;
            }

            Interlocked.CompareExchange(ref _state, Quiet, Ready);
        }

        if (MayHaveMore(result)) Interlocked.CompareExchange(ref _state, Ready, Quiet);
        _outcome.SetResult(result);
    }

    private void EndCancelled()
    {
        if (Interlocked.CompareExchange(ref _state, Quiet, Waiting) == Waiting) Complete(-Libc.Cancelled);
    }

    // Not here: who closes or cancels may hold locks.
    private void Complete(int result) => ThreadPool.UnsafeQueueUserWorkItem(static item => item.Direction._outcome.SetResult(item.Result), (Direction: this, Result: result), preferLocal: false);

    private static ValueTask<int> Failed(int result) => result == -Libc.Cancelled ? new ValueTask<int>(result) : ValueTask.FromException<int>(ExceptionFor(result));

    private static int Checked(int result) => result >= 0 || result == -Libc.Cancelled ? result : throw ExceptionFor(result);

    private static Exception ExceptionFor(int result) => result == -Libc.BadDescriptor ? new ObjectDisposedException(nameof(LoopSocket)) : SocketErrors.Exception(-result);
}
