using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Tollgate.Hosting;

/// <summary>
/// Memory that Kestrel receives into and sends from, in blocks of 32 KB instead of 4 KB. A system call receives at most one block, and
/// the reader is woken for each: a body of 256 KB took 64 of both. A connection that waits holds no block.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>How long a block waits before it is given up.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5.5);

    /// <summary>Bytes in a block.</summary>
    internal const int BlockSize = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = new(); // what was used last is in the processor's cache
    private readonly int _mostKept;
    private readonly ITimer _trim;
    private int _least;
    private bool _isDisposed;

    internal BlockPool(int mostKept, TimeProvider time)
    {
        _mostKept = mostKept;
        _trim = time.CreateTimer(static pool => ((BlockPool)pool!).Trim(), this, Patience, Patience);
    }

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <summary>Blocks that wait to be used again.</summary>
    internal int Kept
    {
        get
        {
            lock (_lock) return _free.Count;
        }
    }

    /// <summary>A whole block, however little is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a block is asked for.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        Block? block;
        lock (_lock)
        {
            if (_free.TryPop(out block)) _least = Math.Min(_least, _free.Count);
        }

        if (block is null) return new Block(this);
        block.IsRented = true;
        return block;
    }

    /// <summary>Blocks that come back are the collector's from now on.</summary>
    protected override void Dispose(bool disposing)
    {
        _trim.Dispose();
        lock (_lock)
        {
            _isDisposed = true;
            _free.Clear();
        }
    }

    /// <summary>Blocks that nobody needed since the last time are the collector's.</summary>
    private void Trim()
    {
        lock (_lock)
        {
            for (var spare = Math.Min(_least, _free.Count); spare > 0; spare--) _free.Pop();
            _least = _free.Count;
            if (_free.Capacity > 4 * Math.Max(16, _free.Count)) _free.TrimExcess();
        }
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (!_isDisposed && _free.Count < _mostKept) _free.Push(block);
        }
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
    internal sealed class Factory(TimeProvider time) : IMemoryPoolFactory<byte>
    {
        // 64 MB for each queue while they are needed: with 256 connections that all are busy some 600 blocks are under way.
        private const int MostKept = 2048;

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool(MostKept, time);
    }
}
