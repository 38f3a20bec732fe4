using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>
/// Reads whole answers from a connection, and allocates nothing for one. Anything but a complete answer of the expected status ends the benchmark:
/// a fast error must not look like a fast gateway.
/// </summary>
internal sealed class AnswerReader(PolledSocket socket)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _tail = new byte[5];

    /// <summary>Reads one. Gives the time stamp at which the first byte of its body was there.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<long> ReadAsync(byte[] statusLine)
    {
        // :: Step 1: the head, and what came with it.
        int received = 0, head = 0;
        while (head == 0 || received == head)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(received));
            if (read == 0) throw new IOException("the connection was closed within an answer");
            received += read;
            head = HttpFraming.HeadLength(_buffer.AsSpan(0, received));
        }

        var first = Stopwatch.GetTimestamp();
        CheckStatus(received, statusLine);

        // :: Step 2: the body.
        var length = HttpFraming.ContentLength(_buffer.AsSpan(0, head));
        var body = received - head;
        var ended = length >= 0 ? body >= length : EndsChunks(_buffer.AsSpan(head, body));
        while (!ended)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory());
            if (read == 0) throw new IOException("the connection was closed within a body");
            body += read;
            ended = length >= 0 ? body >= length : EndsChunks(_buffer.AsSpan(0, read));
        }

        return first;
    }

    private void CheckStatus(int received, byte[] expected)
    {
        if (!_buffer.AsSpan(0, received).StartsWith(expected)) throw new IOException("not the status that was expected: " + Encoding.Latin1.GetString(_buffer, 0, Math.Min(received, 1000)));
    }

    /// <summary>True when the last chunk is there. Events hold no carriage return, so that its bytes are found at the end only.</summary>
    private bool EndsChunks(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= _tail.Length)
        {
            bytes[^_tail.Length..].CopyTo(_tail);
        }
        else
        {
            _tail.AsSpan(bytes.Length).CopyTo(_tail);
            bytes.CopyTo(_tail.AsSpan(_tail.Length - bytes.Length));
        }

        return _tail.AsSpan().SequenceEqual("0\r\n\r\n"u8);
    }
}
