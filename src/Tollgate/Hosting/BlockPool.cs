using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Tollgate.Hosting;

/// <summary>
/// Memory that Kestrel receives into and sends from, in blocks of 32 KB instead of 4 KB. A system call receives at most one block, and
/// the reader is woken for each: a body of 256 KB took 64 of both. A connection that waits holds no block.
/// </summary>
internal sealed class BlockPool(int mostKept) : MemoryPool<byte>
{
    /// <summary>Bytes in a block.</summary>
    internal const int BlockSize = 32 * 1024;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _kept;
    private volatile bool _isDisposed;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <summary>Blocks that wait to be used again.</summary>
    internal int Kept => Volatile.Read(ref _kept);

    /// <summary>A whole block, however little is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a block is asked for.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_free.TryDequeue(out var block)) return new Block(this);
        Interlocked.Decrement(ref _kept);
        block.IsRented = true;
        return block;
    }

    /// <summary>Blocks that come back are the collector's from now on.</summary>
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        while (_free.TryDequeue(out _)) Interlocked.Decrement(ref _kept);
    }

    private void Return(Block block)
    {
        if (_isDisposed) return;
        if (Interlocked.Increment(ref _kept) <= mostKept) _free.Enqueue(block);
        else Interlocked.Decrement(ref _kept);
    }

    // Pinned for good, because the kernel writes into it.
    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        internal bool IsRented { get; set; } = true;

        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true), 0, BlockSize);

        public void Dispose()
        {
            if (!IsRented) return;
            IsRented = false;
            pool.Return(this);
        }
    }

    /// <summary>One pool for each of Kestrel's queues.</summary>
    internal sealed class Factory : IMemoryPoolFactory<byte>
    {
        // 8 MB for each queue: what bursts need beyond that, the collector gets back.
        private const int MostKept = 256;

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool(MostKept);
    }
}
