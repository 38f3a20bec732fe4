using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>What the client sends, as it comes.</summary>
internal static class ClientBody
{
    // Of what Kestrel finds wrong with a body it tells only the words.
    private const string HasNoEnd = "Unexpected end of request content.";

    /// <summary>More of it.</summary>
    /// <exception cref="ClientLeftException">It ended before its length or its last chunk, or the connection broke.</exception>
    /// <exception cref="BadHttpRequestException">It is malformed or comes too slowly; the client is there, and is told so.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> says so.</exception>
    internal static ValueTask<ReadResult> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        try
        {
            var reading = http.BodyReader.ReadAsync(cancellationToken);
            return reading.IsCompletedSuccessfully ? reading : WaitAsync(reading, http, cancellationToken);
        }
        catch (Exception e) when (HasLeft(e, http, cancellationToken))
        {
            throw new ClientLeftException(e);
        }
    }

    /// <summary>The same, of what has come already. False: nothing has.</summary>
    /// <exception cref="ClientLeftException">It ended before its length or its last chunk, or the connection broke.</exception>
    /// <exception cref="BadHttpRequestException">It is malformed.</exception>
    internal static bool TryRead(HttpRequest http, out ReadResult result)
    {
        try
        {
            return http.BodyReader.TryRead(out result);
        }
        catch (Exception e) when (HasLeft(e, http, CancellationToken.None))
        {
            throw new ClientLeftException(e);
        }
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> reading, HttpRequest http, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (HasLeft(e, http, cancellationToken))
        {
            throw new ClientLeftException(e);
        }
    }

    private static bool HasLeft(Exception e, HttpRequest http, CancellationToken cancellationToken) => e switch
    {
        BadHttpRequestException unreadable => unreadable.StatusCode == StatusCodes.Status400BadRequest && (http.ContentLength is not null || unreadable.Message == HasNoEnd),
        OperationCanceledException => !cancellationToken.IsCancellationRequested, // so the server says that it has closed the connection
        _ => e is IOException,
    };
}
