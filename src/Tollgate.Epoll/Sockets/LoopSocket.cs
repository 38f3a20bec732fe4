using System.Net.Sockets;
using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Sockets;

/// <summary>A connection whose events a loop tells. One receives and one sends at a time.</summary>
internal sealed class LoopSocket : IDisposable
{
    private readonly Lock _moving = new();
    private volatile EventLoop _loop;
    private volatile bool _hasOtherSideEnded;
    private int _isClosed;

    /// <param name="handle">Of a socket that does not block; closed with this.</param>
    /// <param name="loop">Who tells its events.</param>
    /// <param name="isFixed">True: always this one.</param>
    internal LoopSocket(SocketHandle handle, EventLoop loop, bool isFixed = false)
    {
        (Handle, _loop, IsFixed) = (handle, loop, isFixed);
        Receiver = new Receiver(this);
        Sender = new Sender(this);
    }

    internal SocketHandle Handle { get; }

    internal Receiver Receiver { get; }

    internal Sender Sender { get; }

    /// <summary>Who tells its events.</summary>
    internal EventLoop Loop => _loop;

    /// <summary>True: it stays with its loop.</summary>
    internal bool IsFixed { get; }

    /// <summary>Names it among its loop's sockets.</summary>
    internal ulong Ticket { get; set; }

    /// <summary>True on a thread of its loop.</summary>
    internal bool IsNear => EventLoop.Current == _loop;

    /// <summary>Has something done at the end of the loop's turn. False: this is not the thread that leads it.</summary>
    internal bool TryAtTurnEnd(Action work) => _loop.TryAtTurnEnd(work);

    /// <summary>True: nothing comes behind what has not been received yet.</summary>
    internal bool HasOtherSideEnded => _hasOtherSideEnded;

    /// <summary>Told, on the loop, when the other side has ended or the connection has broken.</summary>
    internal Action<bool>? Ended { get; set; }

    /// <summary>From now on events are told.</summary>
    internal void Start()
    {
        lock (_moving) _loop.Watch(this); // whoever divides sockets sees it before the kernel has it
    }

    /// <summary>
    /// From now on another loop of the group tells its events; whoever waits goes on there. What the former one has been told already it may still go on
    /// with, and nothing is lost between them: the kernel tells the new one what is so when it begins (epoll_ctl(2), EPOLL_CTL_ADD).
    /// </summary>
    internal void MoveTo(EventLoop loop)
    {
        lock (_moving)
        {
            var former = _loop;
            if (_isClosed != 0 || IsFixed || former == loop || !loop.IsBeside(former)) return;
            try
            {
                former.Release(this);
                _loop = loop;
                loop.Watch(this);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                Close(isBrokenOff: true); // the loops have ended, or the system polls no more sockets: nobody would ever hear of it
            }
        }
    }

    /// <summary>What the kernel says.</summary>
    internal void OnEvents(uint flags)
    {
        const uint end = EventFlags.OtherSideEnded | EventFlags.HungUp | EventFlags.Error;
        if ((flags & end) != 0) _hasOtherSideEnded = true;
        if ((flags & (EventFlags.Readable | end)) != 0) Receiver.OnReady();
        if ((flags & (EventFlags.Writable | EventFlags.HungUp | EventFlags.Error)) != 0) Sender.OnReady();
        if ((flags & end) != 0) Ended?.Invoke((flags & (EventFlags.HungUp | EventFlags.Error)) != 0);
    }

    /// <summary>Closes it; what waits on it fails.</summary>
    public void Dispose() => Close(isBrokenOff: false);

    /// <summary>Closes it.</summary>
    /// <param name="isBrokenOff">True: the other side is told that it was broken off.</param>
    internal void Close(bool isBrokenOff)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0) return;
        lock (_moving) _loop.Forget(this);
        Sender.End(isBrokenOff);
        Receiver.Close();
        Sender.Close();
        if (isBrokenOff) Libc.ResetWhenClosed(Handle);
        else Libc.ShutDown(Handle);
        Handle.Dispose();
    }
}
