using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Tollgate.Epoll.Native;
using Tollgate.Epoll.Sockets;

namespace Tollgate.Epoll.Loops;

/// <summary>
/// Polls sockets (epoll(7), edge-triggered) and goes on with what waits for them, on the thread that polls. One thread does that at a
/// time; when what it goes on with does not come back, another one takes over, with the events that are left.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int MostThreads = 64;

    // Whoever was put off first does not wait for all events of a long turn.
    private const int MostPutOff = 32;

    private const ulong Wake = ulong.MaxValue;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;

    [ThreadStatic]
    private static LoopThread? _current;

    private readonly SocketHandle _epoll = Open(Libc.epoll_create1(CloseOnExec));
    private readonly SocketHandle _wake = Open(Libc.eventfd(0, CloseOnExec));
    private readonly ConcurrentStack<LoopThread> _spare = new();
    private readonly List<LoopThread> _all = [];
    private readonly SocketTable _sockets = new();
    private readonly LoopWatch _watch;
    private readonly string _name;
    private readonly ConcurrentQueue<Direction> _later = new();
    private readonly ConcurrentQueue<Action> _atTurnEnd = new();
    private LoopThread _leader;
    private long _served;
    private long _together;
    private long _takeovers;
    private int _inside;
    private int _putOff;
    private volatile bool _isWaiting;
    private volatile bool _isStopped;

    internal EventLoop(LoopWatch watch, string name, int index = 0)
    {
        Index = index;
        (_watch, _name) = (watch, name);
        Register(Add, _wake, EventFlags.Readable | EventFlags.EdgeTriggered, Wake);
        _leader = NewThread();
        _leader.Call(null);
    }

    /// <summary>The loop that runs the caller; null: none does.</summary>
    internal static EventLoop? Current => _current?.Loop;

    /// <summary>Its number in its group.</summary>
    internal int Index { get; }

    /// <summary>Sockets that are polled.</summary>
    internal int Count => _sockets.Count;

    /// <summary>Events that were gone on with.</summary>
    internal long Served => Volatile.Read(ref _served);

    /// <summary>Of each event how many came together with it, itself among them: summed up.</summary>
    internal long Together => Volatile.Read(ref _together);

    /// <summary>True while there is nothing to do.</summary>
    internal bool IsWaiting => _isWaiting;

    /// <summary>How often another thread had to take over.</summary>
    internal long Takeovers => Volatile.Read(ref _takeovers);

    /// <summary>Threads that were ever needed at once.</summary>
    internal int Threads
    {
        get
        {
            lock (_all) return _all.Count;
        }
    }

    /// <summary>Nanoseconds of CPU that its threads have had.</summary>
    internal long Cpu
    {
        get
        {
            lock (_all) return _all.Sum(static thread => thread.Cpu);
        }
    }

    /// <summary>True of loops of one group: what one polls another one may.</summary>
    internal bool IsBeside(EventLoop other) => _watch == other._watch;

    /// <summary>Polls a socket until it is closed.</summary>
    internal void Watch(LoopSocket socket)
    {
        _sockets.Add(socket);
        Register(Add, socket.Handle, EventFlags.All, socket.Ticket);
    }

    /// <summary>Polls it no more, as another loop is to do that.</summary>
    internal void Release(LoopSocket socket)
    {
        _sockets.Remove(socket.Ticket);
        Register(Delete, socket.Handle, 0, 0);
    }

    /// <summary>Those that it polls now and that other loops may.</summary>
    internal List<LoopSocket> Movable() => _sockets.Find(static socket => !socket.IsFixed);

    /// <summary>It is closed.</summary>
    internal void Forget(LoopSocket socket) => _sockets.Remove(socket.Ticket);

    /// <summary>Goes on with it after the others had their turn.</summary>
    internal void Later(Direction direction)
    {
        _later.Enqueue(direction);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _leader) == _current) return;
        Interlocked.Increment(ref _inside);
        if (!_isStopped) WakeUp(); // it may have looked already
        Leave();
    }

    /// <summary>True: the caller leads it.</summary>
    internal bool IsLedHere => Volatile.Read(ref _leader) == _current;

    /// <summary>Has something done when all events that one call brought have been gone on with, or many of them. False: the caller does not lead this loop.</summary>
    internal bool TryAtTurnEnd(Action work)
    {
        if (!IsLedHere) return false;
        _atTurnEnd.Enqueue(work);
        _putOff++;
        if (!IsLedHere) EndTurn(); // who has taken over meanwhile may wait for events already
        return true;
    }

    /// <summary>Another thread leads from now on. Called by the watch alone.</summary>
    internal void TakeOver()
    {
        if (!_spare.TryPop(out var next))
        {
            if (Threads >= MostThreads) return;
            next = NewThread();
        }

        var left = _leader.Batch;
        Volatile.Write(ref _leader, next);
        Volatile.Write(ref _takeovers, _takeovers + 1);
        next.Call(left);
    }

    /// <summary>Ends the threads. Sockets are not closed.</summary>
    public void Dispose()
    {
        if (_isStopped) return;
        Interlocked.Increment(ref _inside); // nothing is closed before all of them are told
        _isStopped = true;
        WakeUp();
        Register(Modify, _wake, EventFlags.Readable, Wake); // more than one may wait, and an edge wakes only one
        while (_spare.TryPop(out var spare)) spare.Call(null);
        Leave();
    }

    /// <summary>The thread's work, until another one leads. False: there is none any more.</summary>
    internal bool Lead(LoopThread thread, EventBatch? left)
    {
        _current = thread;
        Interlocked.Increment(ref _inside);
        if (left is not null)
        {
            EndTurn(); // of the former one
            Serve(left);
            EndTurn();
        }

        while (!_isStopped && Volatile.Read(ref _leader) == thread) Turn(thread.Batch!);
        Leave();
        if (_isStopped) return false;
        _spare.Push(thread);
        return !_isStopped; // it may have ended meanwhile, and called the spare ones before
    }

    private void Turn(EventBatch batch)
    {
        var hasMore = !_later.IsEmpty;
        _isWaiting = !hasMore;
        var count = Libc.epoll_wait(_epoll, batch.Events.Start, batch.Events.Capacity, hasMore ? 0 : -1);
        _isWaiting = false;
        _watch.Notice();
        if (count > 0) _together += (long)count * count;
        batch.Begin(count);
        Serve(batch);
        if (hasMore) ServeLater();
        EndTurn();
    }

    private void ServeLater()
    {
        for (var turns = _later.Count; turns > 0 && _later.TryDequeue(out var direction); turns--)
        {
            _served++;
            direction.OnReady();
            if (_putOff >= MostPutOff) EndTurn();
        }
    }

    private void EndTurn()
    {
        _putOff = 0;
        while (_atTurnEnd.TryDequeue(out var work)) work();
    }

    private void Serve(EventBatch batch)
    {
        while (batch.TryTake(out var flags, out var ticket))
        {
            _served++;
            if (_sockets.Find(ticket) is { } socket) socket.OnEvents(flags);
            if (_putOff >= MostPutOff) EndTurn();
        }
    }

    /// <summary>The last one that leaves a loop that has ended closes it. Whoever comes later sees that it has ended.</summary>
    private void Leave()
    {
        if (Interlocked.Decrement(ref _inside) != 0 || !_isStopped) return;
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void WakeUp()
    {
        ulong one = 1;
        _ = Libc.write(_wake, (byte*)&one, sizeof(ulong));
    }

    private LoopThread NewThread()
    {
        var thread = new LoopThread(this, _name);
        lock (_all) _all.Add(thread);
        return thread;
    }

    private void Register(int operation, SafeHandle descriptor, uint flags, ulong data)
    {
        var entry = stackalloc byte[EventBuffer.Stride];
        EventBuffer.Write(new Span<byte>(entry, EventBuffer.Stride), flags, data);
        if (Libc.epoll_ctl(_epoll, operation, descriptor, entry) != 0) throw SocketErrors.Exception(Marshal.GetLastPInvokeError());
    }

    private static SocketHandle Open(int descriptor) => descriptor >= 0 ? new SocketHandle(descriptor) : throw SocketErrors.Exception(Marshal.GetLastPInvokeError());
}
