using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Tollgate.Upstreams.Http1;

/// <summary>
/// The wait for more of an answer's body. Streams wait anew for each event, so that it is no async method, whose state would be filled, emptied and given
/// back each time; it is the connection's, which has one answer at a time.
/// </summary>
internal sealed class BodyWait : IValueTaskSource<int>
{
    private readonly Http1Connection _connection;
    private readonly Action _onReceived;
    private ManualResetValueTaskSourceCore<int> _core;
    private ResponseBody? _body;
    private Memory<byte> _target;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _closing;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receiving;

    internal BodyWait(Http1Connection connection) => (_connection, _onReceived) = (connection, () => GoOn(hasReceived: true));

    /// <summary>Waits until there is data, or the body has ended: 0.</summary>
    /// <param name="body">Whose. It is told what came, and that the wait is over.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellation">Closes the connection.</param>
    internal ValueTask<int> BeginAsync(ResponseBody body, Memory<byte> target, CancellationToken cancellation)
    {
        (_body, _target, _cancellation) = (body, target, cancellation);
        if (cancellation != _connection.Token) _closing = cancellation.UnsafeRegister(static connection => ((Http1Connection)connection!).Abort(), _connection);
        _core.Reset();
        var version = _core.Version; // before anybody can end it, and begin the next one
        GoOn(hasReceived: false);
        return new ValueTask<int>(this, version);
    }

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <param name="hasReceived">True: what was waited for has come.</param>
    private void GoOn(bool hasReceived)
    {
        int data;
        try
        {
            if (hasReceived && _body!.See(_target.Span[.._receiving.GetResult()]) is { } seen) data = seen;
            else if (!TryReceive(out data)) return;
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        Succeed(data);
    }

    /// <summary>False: it goes on when something comes.</summary>
    private bool TryReceive(out int data)
    {
        while (true)
        {
            var read = _connection.TakeRead(_target.Span);
            if (read == 0)
            {
#pragma warning disable CA2012 // Its awaiter is kept until it has ended, and asked once.
                var receiving = _connection.Wire.ReadAsync(_target).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!receiving.IsCompleted)
                {
                    data = 0;
                    _receiving = receiving;
                    receiving.UnsafeOnCompleted(_onReceived);
                    return false;
                }

                read = receiving.GetResult();
            }

            if (_body!.See(_target.Span[..read]) is not { } seen) continue;
            data = seen;
            return true;
        }
    }

    private void Succeed(int data)
    {
        End();
        _core.SetResult(data);
    }

    private void Fail(Exception e)
    {
        var (cancellation, isCancelled) = (_cancellation, _cancellation.IsCancellationRequested || _connection.IsAborted);
        End();
        _core.SetException(!Http1Connection.IsBroken(e) || e is HttpIOException
            ? e
            : isCancelled ? new OperationCanceledException(e.Message, e, cancellation) : new HttpIOException(HttpRequestError.ResponseEnded, "the connection broke", e));
    }

    // What waits may begin the next wait here before it returns.
    private void End()
    {
        _closing.Dispose();
        _body!.EndWait();
        (_body, _target, _cancellation, _closing, _receiving) = (null, default, default, default, default);
    }
}
