namespace Tollgate.Redis.Resp;

/// <summary>
/// Puts replies together from bytes as they come. It has never seen a socket: it is given what has arrived and says how much of it is done
/// with. Whole elements are taken out of the buffer at once, aggregates that are not complete are kept here, so no byte is looked at twice
/// except those of the one element that is still arriving.
/// </summary>
internal sealed class RespDecoder(RespLimits limits)
{
    private readonly OpenAggregate[] _open = new OpenAggregate[limits.MaxDepth];
    private int _depth;
    private int _items;
    private long _bytes;

    /// <summary>Takes one reply. False: more bytes are needed than there are.</summary>
    /// <param name="buffer">What has arrived and was not consumed yet.</param>
    /// <param name="consumed">How much of it not to pass again, also when there is no reply yet.</param>
    /// <param name="reply">The reply.</param>
    /// <exception cref="RespException">The bytes are not RESP, or the reply is larger than is taken.</exception>
    internal bool TryRead(ReadOnlySpan<byte> buffer, out int consumed, out RespValue reply)
    {
        consumed = 0;
        while (RespElement.TryRead(buffer[consumed..], limits, out var element))
        {
            consumed += element.Length;
            Count(element);
            if (element.Items > 0)
            {
                Open(element);
                continue;
            }

            if (!TryPlace(element, out reply)) continue;
            _items = 0;
            _bytes = 0;
            return true;
        }

        reply = default;
        return false;
    }

    private void Count(in RespElement element)
    {
        _bytes += element.Value.Bytes.Length;
        if (_bytes > limits.MaxBytes) throw new RespException($"a reply holds more than {limits.MaxBytes} bytes");
        if (++_items > limits.MaxItems || element.Items > limits.MaxItems) throw new RespException($"a reply holds more than {limits.MaxItems} values");
    }

    private void Open(in RespElement element)
    {
        if (_depth == _open.Length) throw new RespException($"a reply is nested more than {limits.MaxDepth} levels deep");
        _open[_depth++].Begin(element.Value.Type, element.Items);
    }

    // Puts a whole value where it belongs, and then the aggregates that it completes. True: nothing is open, so it is the reply.
    private bool TryPlace(in RespElement element, out RespValue reply)
    {
        reply = element.Value;
        if (reply.Type == RespType.Attribute) return false; // an empty one, said of what comes next
        while (_depth > 0)
        {
            ref var top = ref _open[_depth - 1];
            if (!top.Add(reply)) return false;
            reply = top.End();
            _depth--;
            if (reply.Type == RespType.Attribute) return false;
        }

        return true;
    }

    private struct OpenAggregate
    {
        private RespType _type;
        private RespValue[] _items;
        private int _expected;
        private int _count;

        // An announced size is a promise of the other side: room grows with what is there.
        internal void Begin(RespType type, int expected) => (_type, _items, _expected, _count) = (type, new RespValue[Math.Min(expected, 64)], expected, 0);

        /// <summary>True: it is complete.</summary>
        internal bool Add(in RespValue item)
        {
            if (_count == _items.Length) Array.Resize(ref _items, Math.Min(_expected, _items.Length * 2));
            _items[_count++] = item;
            return _count == _expected;
        }

        internal RespValue End()
        {
            var items = _items;
            _items = [];
            return RespValue.Of(_type, items);
        }
    }
}
