using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Multipart;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>
/// A form that is streamed to the provider. Only what comes before the end of its <c>model</c> field is kept, in memory up to
/// 1 MB and beyond that on disk: clients often write the file first.
/// </summary>
internal sealed class MultipartUpload : IAsyncDisposable
{
    private const int InMemory = 1024 * 1024;

    private readonly HttpRequest _request;
    private readonly MultipartFieldScanner _scanner;
    private readonly long _limit;
    private readonly byte[] _delimiter;
    private readonly FileBufferingWriteStream _kept = new(InMemory);
    private int _delimiterSeen;
    private bool _ended;

    private MultipartUpload(HttpRequest request, string boundary, long limit)
    {
        _delimiter = Encoding.ASCII.GetBytes("--" + boundary);
        _scanner = new MultipartFieldScanner(boundary);
        _request = request;
        _limit = limit;
    }

    /// <summary>The form's <c>model</c>, or null when it has none.</summary>
    internal string? Model => _scanner.Value;

    /// <summary>Bytes read from the client.</summary>
    internal long BytesRead { get; private set; }

    internal static async ValueTask<(MultipartUpload? Upload, Refusal? Refusal)> OpenAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (!MultipartFieldScanner.TryGetBoundary(request.ContentType, out var boundary))
        {
            return (null, new Refusal(GatewayErrorKinds.UnsupportedMediaType, "this operation takes a form: send content-type: multipart/form-data; boundary=…"));
        }

        if (request.ContentLength > limit) return (null, TooLarge(limit));
        var upload = new MultipartUpload(request, boundary, limit);
        var opened = false;
        try
        {
            var refusal = await upload.FindModelAsync(cancellationToken).ConfigureAwait(false);
            opened = refusal is null;
            return opened ? (upload, null) : (null, refusal);
        }
        finally
        {
            // Also when the client leaves: what was kept may lie on disk.
            if (!opened) await upload.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>True when the form has a model to replace, or room in front for one.</summary>
    internal bool CanName => _scanner.Found || _delimiterSeen == _delimiter.Length;

    /// <summary>The form as it goes to the provider: its model replaced when <paramref name="model"/> is another, or put in front when it has none.</summary>
    internal UpstreamContent ToContent(string model)
    {
        var replacement = model == Model ? null : _scanner.Found ? Encoding.UTF8.GetBytes(model) : Part(model);
        var (start, end) = _scanner.Found ? (_scanner.ValueStart, _scanner.ValueEnd) : (0, 0);
        var length = replacement is null ? _request.ContentLength : _request.ContentLength - (end - start) + replacement.Length;
        return new StreamingContent(length, async (target, cancellationToken) =>
        {
            var spliced = replacement is null ? target : new SplicingStream(target, start, end, replacement);
            await _kept.DrainBufferAsync(spliced, cancellationToken).ConfigureAwait(false);
            await CopyRestAsync(spliced, cancellationToken).ConfigureAwait(false);
        });
    }

    public ValueTask DisposeAsync() => _kept.DisposeAsync();

    private async ValueTask<Refusal?> FindModelAsync(CancellationToken cancellationToken)
    {
        while (!_ended && !_scanner.Found && !_scanner.Completed)
        {
            var result = await ClientBody.ReadAsync(_request, cancellationToken).ConfigureAwait(false);
            foreach (var segment in result.Buffer)
            {
                _scanner.Advance(segment.Span);
                SeeDelimiter(segment.Span);
                await _kept.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                BytesRead += segment.Length;
            }

            _request.BodyReader.AdvanceTo(result.Buffer.End);
            _ended = result.IsCompleted;
            if (_scanner.Malformed) return Unreadable;
            if (BytesRead > _limit) return TooLarge(_limit);
        }

        return null;
    }

    private async Task CopyRestAsync(Stream target, CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            var result = await UploadReader.NextAsync(_request, target, cancellationToken).ConfigureAwait(false);
            foreach (var segment in result.Buffer)
            {
                BytesRead += segment.Length;
                if (BytesRead > _limit) throw new UploadException(GatewayErrorKinds.RequestTooLarge, TooLarge(_limit).Message);

                // A second model could be the one that the provider goes by.
                _scanner.Advance(segment.Span);
                if (_scanner.Malformed) throw new UploadException(Unreadable.Kind, Unreadable.Message);
                await target.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
            }

            _request.BodyReader.AdvanceTo(result.Buffer.End);
            _ended = result.IsCompleted;
        }
    }

    /// <summary>Does the body begin with its boundary, without a preamble?</summary>
    private void SeeDelimiter(ReadOnlySpan<byte> bytes)
    {
        if (_delimiterSeen != BytesRead) return;
        _delimiterSeen += bytes.CommonPrefixLength(_delimiter.AsSpan(_delimiterSeen));
    }

    private byte[] Part(string model) =>
        [.. _delimiter, .. "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"u8, .. Encoding.UTF8.GetBytes(model), .. "\r\n"u8];

    private static Refusal Unreadable { get; } = new(GatewayErrorKinds.InvalidRequest, "the form cannot be read: check its boundary, and that 'model' is there once");

    private static Refusal TooLarge(long limit) =>
        new(GatewayErrorKinds.RequestTooLarge, $"the upload is larger than {ErrorWriter.Megabytes(limit)} (maxUpload)");
}
