using System.Threading.Tasks.Sources;

namespace Tollgate.Tests.Upstreams;

/// <summary>Its reads have ended at once, and each can be taken once, as those of pooled methods can.</summary>
internal sealed class SingleUseStream(byte[] bytes, int piece) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _at);
        bytes.AsMemory(_at, length).CopyTo(buffer);
        _at += length;
        return new(new Once(length), 0);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private sealed class Once(int result) : IValueTaskSource<int>
    {
        private bool _isTaken;

        public int GetResult(short token)
        {
            ThrowIfTaken();
            _isTaken = true;
            return result;
        }

        public ValueTaskSourceStatus GetStatus(short token)
        {
            ThrowIfTaken();
            return ValueTaskSourceStatus.Succeeded;
        }

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            ThrowIfTaken();
            continuation(state);
        }

        private void ThrowIfTaken()
        {
            if (_isTaken) throw new InvalidOperationException("somebody else's by now");
        }
    }
}
