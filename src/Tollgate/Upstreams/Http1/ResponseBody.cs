using Tollgate.Reuse;

namespace Tollgate.Upstreams.Http1;

/// <summary>The body of an answer, read straight into the reader's memory; chunks are taken apart there.</summary>
internal sealed class ResponseBody : AsyncStream
{
    private const int MostDrained = 16 * 1024;

    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(250);

    private readonly BodyFraming _framing;
    private Http1Connection? _connection;
    private ChunkDecoder _chunks;
    private long _left;
    private bool _hasEnded;
    private bool _hasMore;
    private bool _isReading;

    /// <param name="connection">Where it comes from; given back with the end.</param>
    /// <param name="framing">How it ends.</param>
    /// <param name="length">Where it has one.</param>
    internal ResponseBody(Http1Connection connection, BodyFraming framing, long length)
    {
        (_connection, _framing, _left) = (connection, framing, length);
        _hasEnded = framing == BodyFraming.None;
    }

    public override bool CanRead => true;

    /// <inheritdoc/>
    /// <exception cref="HttpIOException">It broke off.</exception>
    /// <exception cref="InvalidDataException">Its chunks cannot be read.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        if (_hasEnded || target.IsEmpty) return new ValueTask<int>(0);
        var connection = _connection ?? throw new ObjectDisposedException(nameof(ResponseBody));
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        var taken = connection.TakeRead(target.Span);
        if (taken > 0)
        {
            var data = Take(target.Span[..taken]);
            if (data > 0 || _hasEnded) return new ValueTask<int>(data);
        }

        _isReading = true;
        return connection.BodyWait.BeginAsync(this, target, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            var isReading = _isReading;
            if (isReading) connection.LoseBuffer();
            if (_hasEnded || isReading || _framing == BodyFraming.Close) connection.End(isWhole: _hasEnded && !_hasMore && !isReading);
            else _ = DrainAsync(connection);
        }

        base.Dispose(disposing);
    }

    /// <summary>What has come while it was waited for, as data at its beginning. Null: only what lies between data; nothing has come at all when it is empty.</summary>
    internal int? See(Span<byte> bytes)
    {
        if (bytes.IsEmpty) return End();
        var data = Take(bytes);
        return data > 0 || _hasEnded ? data : null;
    }

    /// <summary>Nothing is written to the reader's memory any more.</summary>
    internal void EndWait() => _isReading = false;

    /// <summary>What has come, as data at its beginning. It is read as far as there is room, also beyond a length: what lies there must not meet the next request.</summary>
    private int Take(Span<byte> bytes)
    {
        switch (_framing)
        {
            case BodyFraming.Length:
                var length = (int)Math.Min(bytes.Length, _left);
                _left -= length;
                _hasEnded = _left == 0;
                _hasMore |= length < bytes.Length;
                return length;
            case BodyFraming.Chunked:
                var data = _chunks.Decode(bytes, out var consumed);
                _hasEnded = _chunks.HasEnded;
                _hasMore |= consumed < bytes.Length;
                return data;
            default:
                return bytes.Length;
        }
    }

    private int End()
    {
        if (_framing != BodyFraming.Close) throw new HttpIOException(HttpRequestError.ResponseEnded, "the connection was closed before the answer was complete");
        _hasEnded = true;
        return 0;
    }

    /// <summary>
    /// Readers of a stream stop at its last event, and what ends the body comes right after it: for so little the connection is worth a
    /// short wait. Somebody who has more to say is not listened to.
    /// </summary>
    private async Task DrainAsync(Http1Connection connection)
    {
        var rest = System.Buffers.ArrayPool<byte>.Shared.Rent(MostDrained);
        try
        {
            var read = connection.TakeRead(rest);
            if (read == 0) read = connection.Wire.ReadNow(rest);
            if (read > 0) Take(rest.AsSpan(0, read));
            if (!_hasEnded && (_framing == BodyFraming.Chunked || _left <= MostDrained)) await WaitForEndAsync(connection, rest, read).ConfigureAwait(false);
        }
        catch (Exception e) when (Http1Connection.IsBroken(e) || e is InvalidDataException)
        {
            _hasEnded = false;
        }
        finally
        {
            connection.End(isWhole: _hasEnded && !_hasMore);
            System.Buffers.ArrayPool<byte>.Shared.Return(rest);
        }
    }

    private async ValueTask WaitForEndAsync(Http1Connection connection, byte[] rest, int sum)
    {
        using var limit = new CancellationTokenSource(DrainTime, connection.Time);
        using var closing = limit.Token.UnsafeRegister(static connection => ((Http1Connection)connection!).Abort(), connection);
        while (!_hasEnded && sum < MostDrained)
        {
            var read = connection.TakeRead(rest);
            if (read == 0) read = await connection.Wire.ReadAsync(rest).ConfigureAwait(false);
            if (read == 0) return;
            sum += read;
            Take(rest.AsSpan(0, read));
        }
    }
}
