namespace Tollgate.Redis.Connections;

/// <summary>What has arrived and is not read yet. Grows when one element is larger; what may come at most is the decoder's to say.</summary>
internal sealed class ReceiveBuffer
{
    private const int Least = 1024;

    private byte[] _bytes = new byte[8 * 1024];
    private int _start;
    private int _end;

    internal ReadOnlySpan<byte> Filled => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Room for more, never empty.</summary>
    internal Memory<byte> Free()
    {
        if (_start == _end) _start = _end = 0;
        if (_bytes.Length - _end < Least) MakeRoom();
        return _bytes.AsMemory(_end);
    }

    internal void Advance(int count) => _end += count;

    internal void Consume(int count) => _start += count;

    private void MakeRoom()
    {
        var target = _start >= Least ? _bytes : new byte[_bytes.Length * 2];
        Filled.CopyTo(target);
        (_bytes, _end, _start) = (target, _end - _start, 0);
    }
}
