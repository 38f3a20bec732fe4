using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Pipeline;

/// <summary>Reads an upload that is being passed on.</summary>
internal static class UploadReader
{
    /// <summary>
    /// What the client sends next. The HTTP client collects small writes; before a wait for more they go out, so that a slow
    /// upload reaches the provider as it comes.
    /// </summary>
    internal static async ValueTask<ReadResult> NextAsync(HttpRequest client, Stream provider, CancellationToken cancellationToken)
    {
        if (ClientBody.TryRead(client, out var result)) return result;
        await provider.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ClientBody.ReadAsync(client, cancellationToken).ConfigureAwait(false);
    }
}
