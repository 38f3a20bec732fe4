using System.Buffers;

namespace Tollgate.Epoll.Tests.Listening;

/// <summary>Blocks of a few bytes, counted while they are out.</summary>
internal sealed class CountingPool(int size) : MemoryPool<byte>
{
    private int _out;

    public int Out => Volatile.Read(ref _out);

    public override int MaxBufferSize => size;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        minBufferSize.ShouldBeLessThanOrEqualTo(size);
        Interlocked.Increment(ref _out);
        return new Block(this, new byte[size]);
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing is kept.
    }

    private sealed class Block(CountingPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private bool _isBack;

        public Memory<byte> Memory => _isBack ? throw new InvalidOperationException("used after it was given back") : bytes;

        public void Dispose()
        {
            _isBack.ShouldBeFalse("given back twice");
            _isBack = true;
            Array.Fill(bytes, (byte)'#');
            Interlocked.Decrement(ref pool._out);
        }
    }
}
