using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>How reading a request body ended.</summary>
internal enum BodyRead
{
    Whole,
    TooLarge,
}

/// <summary>Reads a JSON body into one pooled buffer, so that every attempt can send it again.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 16 * 1024;

    // A length that a client merely claims is not worth more memory than this before bytes arrive.
    private const int LargestClaim = 1024 * 1024;

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal static async ValueTask<BodyRead> ReadAsync(GatewayRequest request, long limit, CancellationToken cancellationToken)
    {
        var http = request.Context.Request;
        if (http.ContentLength > limit) return BodyRead.TooLarge;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(http.ContentLength ?? FirstBuffer, 256, LargestClaim));
        var length = 0;
        var reader = http.BodyReader;
        try
        {
            while (true)
            {
                var result = await ClientBody.ReadAsync(http, cancellationToken).ConfigureAwait(false);
                var bytes = result.Buffer;
                if (length + bytes.Length > limit)
                {
                    reader.AdvanceTo(bytes.End);
                    return BodyRead.TooLarge;
                }

                var needed = length + (int)bytes.Length;
                if (needed > buffer.Length) buffer = Grow(buffer, length, needed, http.ContentLength ?? 0);
                bytes.CopyTo(buffer.AsSpan(length));
                length = needed;
                reader.AdvanceTo(bytes.End);
                if (result.IsCompleted || result.IsCanceled) break;
            }

            request.TakeBody(buffer, length);
            buffer = null;
            return BodyRead.Whole;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A claim that what has come makes likely is met at once: each step in between would copy everything.
    private static byte[] Grow(byte[] buffer, int length, int needed, long claim)
    {
        var size = Math.Max(needed, Math.Clamp(claim, buffer.Length * 2L, buffer.Length * 8L));
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, size));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
