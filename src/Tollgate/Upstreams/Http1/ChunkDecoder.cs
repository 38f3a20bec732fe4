namespace Tollgate.Upstreams.Http1;

/// <summary>Takes chunks apart, in place (RFC 9112, 7.1). What lies between the data is not more than the data, so nothing needs room of its own.</summary>
internal struct ChunkDecoder
{
    private const int LongestLine = 8 * 1024;
    private const int LongestTrailer = 64 * 1024;

    private State _state;
    private long _left;
    private int _digits;
    private int _line;
    private int _trailer;

    private enum State
    {
        Size,
        Extension,
        SizeFeed,
        Data,
        DataEnd,
        DataFeed,
        Trailer,
        Ended,
        Damaged,
    }

    /// <summary>True when the last chunk and what follows it have been read.</summary>
    internal readonly bool HasEnded => _state == State.Ended;

    /// <summary>Moves the data to the beginning.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="consumed">How much of it was read: all of it, unless the body has ended before.</param>
    /// <returns>Length of the data.</returns>
    /// <exception cref="InvalidDataException">These are no chunks.</exception>
    internal int Decode(Span<byte> bytes, out int consumed)
    {
        int at = 0, data = 0;
        while (at < bytes.Length && _state != State.Ended)
        {
            if (_state == State.Data)
            {
                var length = (int)Math.Min(_left, bytes.Length - at);
                if (data != at) bytes.Slice(at, length).CopyTo(bytes[data..]);
                (at, data, _left) = (at + length, data + length, _left - length);
                if (_left == 0) _state = State.DataEnd;
                continue;
            }

            Step(bytes[at++]);
        }

        consumed = at;
        return data;
    }

    private void Step(byte next)
    {
        switch (_state)
        {
            case State.Size when HexValue(next) is >= 0 and var digit:
                if (++_digits > 15) throw Malformed("a chunk is larger than anything");
                _left = (_left << 4) | (long)digit;
                break;
            case State.Size when _digits > 0 && next is (byte)'\r' or (byte)'\n' or (byte)';' or (byte)' ' or (byte)'\t':
                _line = 0;
                Extend(next);
                break;
            case State.Extension:
                if (++_line > LongestLine) throw Malformed("a chunk's extension is too long");
                Extend(next);
                break;
            case State.SizeFeed when next == '\n':
                Begin();
                break;
            case State.DataEnd when next == '\r':
                _state = State.DataFeed;
                break;
            case State.DataEnd or State.DataFeed when next == '\n':
                (_state, _left, _digits) = (State.Size, 0, 0);
                break;
            case State.Trailer:
                Trail(next);
                break;
            default:
                throw Malformed("a chunk does not begin or end where it should");
        }
    }

    // A lone carriage return ends nothing (RFC 9112, 2.2).
    private void Extend(byte next)
    {
        if (next == '\n') Begin();
        else _state = next == '\r' ? State.SizeFeed : State.Extension;
    }

    private void Begin()
    {
        _line = 0;
        _state = _left > 0 ? State.Data : State.Trailer;
    }

    /// <summary>Trailers are read over; an empty line ends them.</summary>
    private void Trail(byte next)
    {
        if (++_trailer > LongestTrailer) throw Malformed("its trailers are too long");
        if (next == '\n')
        {
            if (_line == 0) _state = State.Ended;
            _line = 0;
        }
        else if (next != '\r')
        {
            _line++;
        }
    }

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>It stays so: what comes after the place where they went wrong is not read as chunks again.</summary>
    private InvalidDataException Malformed(string why)
    {
        _state = State.Damaged;
        return new InvalidDataException(why);
    }
}
