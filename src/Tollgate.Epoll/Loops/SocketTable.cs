using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Loops;

/// <summary>Which socket an event is for. A ticket is not used twice: an event may come for a socket that is closed already.</summary>
internal sealed class SocketTable
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private LoopSocket?[] _sockets = new LoopSocket?[64];
    private int _used;
    private uint _generation;

    internal int Count
    {
        get
        {
            lock (_lock) return _used - _free.Count;
        }
    }

    /// <summary>Gives it a ticket.</summary>
    internal void Add(LoopSocket socket)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var slot)) slot = _used++;
            if (slot == _sockets.Length)
            {
                var larger = new LoopSocket?[slot * 2];
                _sockets.CopyTo(larger, 0);
                Volatile.Write(ref _sockets, larger);
            }

            _generation = (_generation + 1) & int.MaxValue; // never all ones, which is the ticket that ends a loop
            socket.Ticket = ((ulong)_generation << 32) | (uint)slot;
            Volatile.Write(ref _sockets[slot], socket);
        }
    }

    /// <summary>Null: it is closed.</summary>
    internal LoopSocket? Find(ulong ticket)
    {
        var (sockets, slot) = (Volatile.Read(ref _sockets), (uint)ticket);
        return slot < sockets.Length && Volatile.Read(ref sockets[slot]) is { } socket && socket.Ticket == ticket ? socket : null;
    }

    internal List<LoopSocket> Find(Func<LoopSocket, bool> which)
    {
        lock (_lock) return [.. _sockets.OfType<LoopSocket>().Where(which)];
    }

    internal void Remove(ulong ticket)
    {
        lock (_lock)
        {
            if (Find(ticket) is null) return;
            _sockets[(uint)ticket] = null;
            _free.Push((int)(uint)ticket);
        }
    }
}
