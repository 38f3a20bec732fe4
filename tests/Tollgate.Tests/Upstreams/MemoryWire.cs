using System.Runtime.InteropServices;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>A connection in memory that gives what it was given, piece by piece and at once, and then ends.</summary>
internal sealed class MemoryWire(IEnumerable<byte[]> pieces) : Wire
{
    private readonly Queue<byte[]> _pieces = new(pieces);

    public MemoryStream Sent { get; } = new();

    public bool IsDisposed { get; private set; }

    /// <summary>Arrays that were read into.</summary>
    public HashSet<byte[]> Arrays { get; } = [];

    internal override bool HasInput => IsDisposed || _pieces.Count > 0;

    internal override ValueTask<int> ReadAsync(Memory<byte> target)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (MemoryMarshal.TryGetArray<byte>(target, out var segment)) Arrays.Add(segment.Array!);
        return new(ReadNow(target));
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Sent.Write(source.Span);
        return default;
    }

    internal override int ReadNow(Memory<byte> target)
    {
        if (!_pieces.TryPeek(out var piece)) return 0;
        var length = Math.Min(piece.Length, target.Length);
        piece.AsSpan(0, length).CopyTo(target.Span);
        _pieces.Dequeue();
        if (length < piece.Length) PushFront(piece[length..]);
        return length;
    }

    public override void Dispose() => IsDisposed = true;

    private void PushFront(byte[] rest)
    {
        var others = _pieces.ToArray();
        _pieces.Clear();
        _pieces.Enqueue(rest);
        foreach (var other in others) _pieces.Enqueue(other);
    }
}

/// <summary>Connects to what the test makes.</summary>
internal sealed class MemoryDialer(Func<Wire> connect) : Dialer
{
    public int Count { get; private set; }

    internal override ValueTask<Wire> ConnectAsync(Destination to, CancellationToken cancellationToken)
    {
        Count++;
        return new(connect());
    }
}
