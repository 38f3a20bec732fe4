using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tollgate.Reuse;

namespace Tollgate.Upstreams.Http1;

/// <summary>The bytes of a connection, both ways. One reads and one writes at a time.</summary>
internal abstract class Wire : IDisposable
{
    /// <summary>Waits for bytes. 0: the other side sends no more.</summary>
    internal abstract ValueTask<int> ReadAsync(Memory<byte> target);

    /// <summary>Sends all of it.</summary>
    internal abstract ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default);

    /// <summary>Sends a body, or a part of one.</summary>
    /// <exception cref="WireException">The connection broke: it was not the body's fault.</exception>
    internal async Task SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Http1Connection.IsBroken(e))
        {
            throw new WireException("the connection broke while the body was sent", e);
        }
    }

    /// <summary>True when something has come, or the other side has closed. Of a connection that waits for its next request neither may be.</summary>
    internal abstract bool HasInput { get; }

    /// <summary>True when the thread that asks is the one that goes on with whoever waits on it: what is said on it then needs no other thread.</summary>
    internal virtual bool IsNear => true;

    /// <summary>From now on the thread that asks goes on with whoever waits on it, where it can. Nobody waits on it at the moment.</summary>
    internal virtual void ComeNear()
    {
        // Everywhere is near.
    }

    /// <summary>
    /// True where the thread that polls goes on with whoever reads, and is relieved by another one when that does not come back. Else whoever reads for
    /// others must not go on with them on the thread that it is on.
    /// </summary>
    internal virtual bool IsPolled => false;

    /// <summary>
    /// Has something done once this thread has dealt with all that had come to its connections, so that what several of them send on this one goes out
    /// together. False: the thread has no such turns, and nothing will be done.
    /// </summary>
    internal virtual bool TryAtTurnEnd(Action work) => false;

    /// <summary>What has come already, without a wait; 0: nothing.</summary>
    internal abstract int ReadNow(Memory<byte> target);

    /// <summary>Closes it. What waits on it fails.</summary>
    public abstract void Dispose();
}

/// <summary>A socket without encryption.</summary>
internal sealed class SocketWire(Socket socket) : Wire
{
    internal override bool HasInput => socket.Poll(0, SelectMode.SelectRead);

    internal override ValueTask<int> ReadAsync(Memory<byte> target) => socket.ReceiveAsync(target, SocketFlags.None);

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        var sending = socket.SendAsync(source, SocketFlags.None, cancellationToken);
        if (!sending.IsCompletedSuccessfully) return FinishAsync(sending, source, cancellationToken);
        var sent = sending.Result; // taken once
        return sent == source.Length ? default : FinishAsync(new ValueTask<int>(sent), source, cancellationToken);
    }

    internal override int ReadNow(Memory<byte> target) => socket.Available > 0 ? socket.Receive(target.Span) : 0;

    public override void Dispose() => socket.Dispose();

    private async ValueTask FinishAsync(ValueTask<int> sending, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        for (var sent = await sending.ConfigureAwait(false); sent < source.Length;)
        {
            source = source[sent..];
            sent = await socket.SendAsync(source, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A stream: TLS over a socket, or a connection in memory.</summary>
/// <param name="stream">The stream; disposed with this.</param>
/// <param name="below">What lies below it; null: nothing that could be looked at.</param>
internal sealed class StreamWire(Stream stream, Wire? below) : Wire
{
    internal override bool HasInput => below?.HasInput == true;

    internal override bool IsNear => below?.IsNear != false;

    internal override void ComeNear() => below?.ComeNear();

    internal override bool IsPolled => below?.IsPolled == true;

    internal override bool TryAtTurnEnd(Action work) => below?.TryAtTurnEnd(work) == true;

    internal override ValueTask<int> ReadAsync(Memory<byte> target) => stream.ReadAsync(target);

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    internal override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        await stream.WriteAsync(source, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    internal override int ReadNow(Memory<byte> target) => 0;

    public override void Dispose() => stream.Dispose();
}
