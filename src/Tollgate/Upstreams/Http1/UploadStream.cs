using System.Buffers;
using System.Globalization;
using System.Text;
using Tollgate.Reuse;

namespace Tollgate.Upstreams.Http1;

/// <summary>
/// Where a body is written that comes piece by piece: small writes are collected, what is larger goes out at once. In chunks when the length
/// is not known.
/// </summary>
/// <param name="wire">The connection.</param>
/// <param name="length">Of the body; null: not known.</param>
/// <param name="buffer">Rented; taken over.</param>
/// <param name="filled">Length of the head, which goes out with the first piece.</param>
internal sealed class UploadStream(Wire wire, long? length, byte[] buffer, int filled) : AsyncStream
{
    private int _filled = filled;
    private int _head = filled;
    private long _written;

    public override bool CanWrite => true;

    /// <summary>Sends the head and the whole body.</summary>
    /// <exception cref="WireException">The connection broke.</exception>
    internal async Task SendAsync(UpstreamContent content, CancellationToken cancellationToken)
    {
        try
        {
            await content.WriteAsync(this, cancellationToken).ConfigureAwait(false);
            if (length is { } promised && _written != promised) throw new HttpRequestException($"the body has {_written} bytes and not {promised}");
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            if (length is null) await wire.SendAsync("0\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        _written += source.Length;
        if (_written > length) throw new HttpRequestException($"the body is longer than the {length} bytes that it should have");
        if (source.Length > buffer.Length - _filled) await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (source.Length <= buffer.Length - _filled)
        {
            source.CopyTo(buffer.AsMemory(_filled));
            _filled += source.Length;
            return;
        }

        await SendPieceAsync(source, cancellationToken).ConfigureAwait(false);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_head > 0)
        {
            // The head is no piece of the body.
            var (head, piece) = (_head, buffer.AsMemory(_head, _filled - _head));
            _head = 0;
            if (length is not null || piece.IsEmpty)
            {
                (head, piece) = (_filled, default);
            }

            await wire.SendAsync(buffer.AsMemory(0, head), cancellationToken).ConfigureAwait(false);
            if (!piece.IsEmpty) await SendPieceAsync(piece, cancellationToken).ConfigureAwait(false);
        }
        else if (_filled > 0)
        {
            await SendPieceAsync(buffer.AsMemory(0, _filled), cancellationToken).ConfigureAwait(false);
        }

        _filled = 0;
    }

    public override void Flush() => throw new NotSupportedException("it is flushed asynchronously");

    private async ValueTask SendPieceAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (length is not null)
        {
            await wire.SendAsync(piece, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A chunk is one write: each would be a packet of its own.
        var size = Encoding.ASCII.GetBytes(piece.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        var chunk = ArrayPool<byte>.Shared.Rent(size.Length + piece.Length + 2);
        try
        {
            size.CopyTo(chunk, 0);
            piece.CopyTo(chunk.AsMemory(size.Length));
            "\r\n"u8.CopyTo(chunk.AsSpan(size.Length + piece.Length));
            await wire.SendAsync(chunk.AsMemory(0, size.Length + piece.Length + 2), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
