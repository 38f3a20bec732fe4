using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tollgate.Reuse;

namespace Tollgate.Upstreams.Http1;

/// <summary>
/// One connection. It sends a request, hands out the answer, and when that has been read goes back to its pool.
/// <code>
///   request ──► :: 1 head and a small body in one write ──► :: 2 the rest beside the reading ──► :: 3 head of the answer ──► body
/// </code>
/// </summary>
internal sealed class Http1Connection(Wire wire, HostPool pool, TimeProvider time) : IDisposable
{
    private const int BufferSize = 16 * 1024;

    // A copy of so much costs less than another system call.
    private const int LargestInOneWrite = 60 * 1024;
    private const int RoomForHead = 4 * 1024;

    private readonly RequestWriter _writer = new();
    private readonly ResponseReader _reader = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private CancellationTokenRegistration _cancellation;
    private volatile bool _isAborted;
    private bool _keepsAlive;
    private bool _wasUsed;
    private bool _wasCut;

    /// <summary>Monotonic time of its beginning.</summary>
    internal long Opened { get; } = time.GetTimestamp();

    /// <summary>Monotonic time since when it waits; null: it was never used.</summary>
    internal long? IdleSince { get; set; }

    internal TimeProvider Time => time;

    /// <summary>Cancels the request, and with it the reading of its answer.</summary>
    internal CancellationToken Token => _cancellation.Token;

    internal Wire Wire => wire;

    /// <summary>For who reads its answer.</summary>
    internal BodyWait BodyWait => field ??= new BodyWait(this);

    internal bool HasInput => wire.HasInput;

    /// <summary>True when it was closed for the sake of somebody who waits no longer.</summary>
    internal bool IsAborted => _isAborted;

    /// <summary>Sends a request and waits for the head of its answer.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        Begin(request.Content, cancellationToken);
        HeaderList? headers = HeaderList.Rent();
        try
        {
            // :: Step 1: head and body in one write, where they fit.
            var length = _writer.Write(request, ref _buffer);
            var rest = Append(request.Content, ref length);
            if (request.Content is StreamingContent streaming)
            {
                await UploadAsync(streaming, length, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                try
                {
                    await wire.WriteAsync(_buffer.AsMemory(0, length), CancellationToken.None).ConfigureAwait(false);
                }
                catch (Exception e) when (_wasUsed && !_isAborted && IsBroken(e))
                {
                    // It was closed while it waited: nothing of the request was read, so that it can be sent again.
                    Break(headers);
                    headers = null;
                    return await pool.SendAnewAsync(request, cancellationToken).ConfigureAwait(false);
                }

                // :: Step 2: what did not fit.
                if (rest.Length > 0) await SendRestAsync((BufferContent)request.Content!, rest, cancellationToken).ConfigureAwait(false);
            }

            // :: Step 3: the answer's head.
            Head head;
            while (!TryReadHead(request, headers, out head))
            {
                if (_end == _buffer.Length) Grow();
                var read = await wire.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
                _end += read;
                if (read == 0) throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection was closed before the answer began");
            }

            return Answer(head, headers);
        }
        catch (Exception e)
        {
            Break(headers);
            if (cancellationToken.IsCancellationRequested && e is not OperationCanceledException) throw new OperationCanceledException(e.Message, e, cancellationToken);
            if (e is SocketException or ObjectDisposedException) throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke", e);
            throw;
        }
    }

    /// <summary>Takes over what was read beyond the head. 0: nothing is left of it.</summary>
    internal int TakeRead(Span<byte> target)
    {
        var length = Math.Min(_end - _start, target.Length);
        if (length == 0) return 0;
        _buffer.AsSpan(_start, length).CopyTo(target);
        _start += length;
        return length;
    }

    /// <summary>The reader of the answer is done with it.</summary>
    /// <param name="isWhole">True: all of it was read, and nothing beyond.</param>
    internal void End(bool isWhole)
    {
        _cancellation.Dispose(); // waits for a cancellation that is under way: it must not meet the next request
        var isFree = isWhole && _keepsAlive && !_isAborted && _start == _end;
        ReleaseBuffer();
        if (isFree) pool.Return(this);
        else Dispose();
    }

    /// <summary>Memory that something on the wire may still write to is not used again.</summary>
    internal void LoseBuffer() => (_buffer, _start, _end) = ([], 0, 0);

    /// <inheritdoc/>
    public void Dispose() => wire.Dispose();

    internal static bool IsBroken(Exception e) => e is SocketException or IOException or ObjectDisposedException;

    private void Begin(UpstreamContent? content, CancellationToken cancellationToken)
    {
        _wasUsed = IdleSince is not null;
        _reader.Reset();
        var body = content is BufferContent { Body.Length: <= LargestInOneWrite } small ? small.Body.Length : 0;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, body + RoomForHead));
        (_start, _end) = (0, 0);
        _cancellation = cancellationToken.UnsafeRegister(static connection => ((Http1Connection)connection!).Abort(), this);
    }

    /// <summary>Nobody waits for it any more: it is closed, and not used again.</summary>
    internal void Abort()
    {
        _isAborted = true;
        wire.Dispose();
    }

    /// <summary>Puts the beginning of a body in memory behind the head. What is left of it is returned.</summary>
    private ReadOnlyMemory<byte> Append(UpstreamContent? content, ref int length)
    {
        if (content is not BufferContent { Body: var body }) return default;
        var fits = Math.Min(body.Length, _buffer.Length - length);
        body.Span[..fits].CopyTo(_buffer.AsSpan(length));
        length += fits;
        return body[fits..];
    }

    private async ValueTask SendRestAsync(BufferContent content, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        content.InFlight = true;
        try
        {
            var sending = wire.SendAsync(rest, stop.Token);
            if (!sending.IsCompletedSuccessfully) await new UploadRace(this, sending, stop).RunAsync().ConfigureAwait(false);
        }
        finally
        {
            content.InFlight = false;
        }
    }

    private async ValueTask UploadAsync(StreamingContent content, int headLength, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var upload = new UploadStream(wire, content.Length, _buffer, headLength);
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await new UploadRace(this, upload.SendAsync(content, stop.Token), stop).RunAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for more of the answer. 0: none comes.</summary>
    internal async ValueTask<int> FillAsync()
    {
        if (_end - _start >= ResponseReader.Largest) throw ResponseReader.Invalid("its head is larger than 128 KB");
        if (_end == _buffer.Length) Grow();
        var read = await wire.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += read;
        return read;
    }

    /// <summary>The status of an answer that has begun; 0: not enough has come.</summary>
    internal int BegunStatus => ResponseReader.StatusOf(_buffer.AsSpan(_start, _end - _start));

    private void Grow()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private bool TryReadHead(UpstreamRequest request, HeaderList headers, out Head head)
    {
        var isWhole = _reader.TryRead(_buffer.AsSpan(_start, _end - _start), request.Method, request.Headers.Contains("upgrade"), headers, out head, out var consumed);
        _start += consumed;
        return isWhole;
    }

    private UpstreamResponse Answer(in Head head, HeaderList headers)
    {
        _keepsAlive = head.KeepsAlive && !_wasCut;
        Stream body = head.Framing == BodyFraming.Upgraded ? new UpgradedStream(this) : new ResponseBody(this, head.Framing, head.Length);
        return new UpstreamResponse(head.Status, headers, body);
    }

    private void Break(HeaderList? headers)
    {
        _cancellation.Dispose();
        Dispose();
        ReleaseBuffer();
        headers?.GiveBack();
    }

    private void ReleaseBuffer()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        LoseBuffer();
    }

    /// <summary>The request could not be sent to its end, but its answer can be read: the connection is not used again.</summary>
    internal void EndUpload() => _wasCut = true;
}
