using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tollgate.Limits.Admitting;

namespace Tollgate.Pipeline;

/// <summary>A provider's headers on their way to the client, and the gateway's own.</summary>
internal static class ResponseHeaders
{
    /// <param name="request">Whose answer it is.</param>
    /// <param name="from">The provider's answer; null when nobody was asked.</param>
    /// <param name="provider">The operator's name of who was asked.</param>
    internal static void Copy(GatewayRequest request, HttpResponseMessage? from, string provider)
    {
        var to = request.Context.Response.Headers;
        if (from is not null)
        {
            var isLimited = LimitHeaders.Replaces(request);
            Copy(from.Headers.NonValidated, to, isLimited);
            Copy(from.Content.Headers.NonValidated, to, isLimited);
        }

        AddOwn(request);
        LimitHeaders.Write(request);
        ErrorWriter.AddRequestId(request.Context, request.Family, request.Record);
        to["x-tollgate-provider"] = provider;
        if (request.Record.Attempts > 1) to["x-tollgate-attempts"] = request.Record.Attempts.ToString(CultureInfo.InvariantCulture);
    }

    internal static void AddOwn(GatewayRequest request) =>
        request.Context.Response.Headers["x-tollgate-request-id"] = request.Record.RequestId;

    /// <summary>Media type of an answer without its parameters; empty when it has none. Reading the raw value spares parsing it into objects.</summary>
    internal static ReadOnlySpan<char> MediaType(HttpContent content)
    {
        if (!content.Headers.NonValidated.TryGetValues("Content-Type", out var values)) return default;
        var value = values.ToString().AsSpan();
        var end = value.IndexOf(';');
        return (end < 0 ? value : value[..end]).Trim();
    }

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, bool isLimited)
    {
        foreach (var (name, values) in from)
        {
            if (HeaderFilter.StaysBehind(name) || (isLimited && LimitHeaders.IsOfProvider(name))) continue;
            var value = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);

            // Kestrel writes ASCII; a stray byte in a provider's header is not worth the answer.
            if (IsAscii(value)) to[name] = value;
        }
    }

    private static bool IsAscii(StringValues values)
    {
        foreach (var value in values)
        {
            if (value is not null && !Ascii.IsValid(value)) return false;
        }

        return true;
    }
}
