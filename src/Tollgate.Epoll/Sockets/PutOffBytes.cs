using System.Buffers;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Sockets;

/// <summary>What a socket sends when its loop has gone on with all events of the turn. Used by several threads: the loop's, whoever takes it over, and who closes.</summary>
internal sealed class PutOffBytes(SocketHandle handle)
{
    /// <summary>More is not copied, but sent at once.</summary>
    internal const int Most = 4096;

    private readonly Lock _gate = new();
    private byte[]? _bytes;
    private int _start;
    private int _end;
    private int _failure;
    private bool _isRefused;

    /// <summary>True: all of it has gone.</summary>
    internal bool IsEmpty => Volatile.Read(ref _end) == 0;

    /// <summary>False: they do not fit, or what came before them could not be sent.</summary>
    /// <param name="bytes">Copied.</param>
    /// <param name="isFirst">True: nothing was put off before them, so that somebody has to be told to send.</param>
    internal bool TryAdd(ReadOnlySpan<byte> bytes, out bool isFirst)
    {
        lock (_gate)
        {
            isFirst = _end == 0;
            if (_isRefused || _failure != 0 || bytes.Length > Most - _end) return false;
            bytes.CopyTo((_bytes ??= ArrayPool<byte>.Shared.Rent(Most)).AsSpan(_end));
            _end += bytes.Length;
            return true;
        }
    }

    /// <summary>Sends it.</summary>
    /// <returns>0: the kernel has all of it. Below: the error, negated, again each time; <see cref="Libc.Again"/>: it has no room now, and tells when it has.</returns>
    internal int Send()
    {
        lock (_gate)
        {
            while (_start < _end)
            {
                var sent = Libc.Send(handle, _bytes.AsSpan(_start, _end - _start));
                if (sent == -Libc.Again)
                {
                    _isRefused = true;
                    return sent;
                }

                if (sent < 0) _failure = sent;
                _start = sent < 0 ? _end : _start + sent;
            }

            Clear();
            return _failure;
        }
    }

    /// <summary>It is not sent.</summary>
    internal void Drop()
    {
        lock (_gate) Clear();
    }

    private void Clear()
    {
        if (_bytes is { } bytes) ArrayPool<byte>.Shared.Return(bytes);
        (_bytes, _start, _isRefused) = (null, 0, false);
        Volatile.Write(ref _end, 0);
    }
}
