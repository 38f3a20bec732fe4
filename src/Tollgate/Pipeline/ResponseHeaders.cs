using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tollgate.Limits.Admitting;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>A provider's headers on their way to the client, and the gateway's own.</summary>
internal static class ResponseHeaders
{
    /// <param name="request">Whose answer it is.</param>
    /// <param name="from">The provider's answer; null when nobody was asked.</param>
    /// <param name="provider">The operator's name of who was asked.</param>
    internal static void Copy(GatewayRequest request, UpstreamResponse? from, string provider)
    {
        var to = request.Context.Response.Headers;
        if (from is not null)
        {
            Copy(from.Headers, to, LimitHeaders.Replaces(request));
        }

        AddOwn(request);
        LimitHeaders.Write(request);
        ErrorWriter.AddRequestId(request.Context, request.Family, request.Record);
        to["x-tollgate-provider"] = provider;
        if (request.Record.Attempts > 1) to["x-tollgate-attempts"] = request.Record.Attempts.ToString(CultureInfo.InvariantCulture);
    }

    internal static void AddOwn(GatewayRequest request) =>
        request.Context.Response.Headers["x-tollgate-request-id"] = request.Record.RequestId;

    private static void Copy(HeaderList from, IHeaderDictionary to, bool isLimited)
    {
        for (var i = 0; i < from.Count; i++)
        {
            var (name, value) = from.All[i];
            if (HeaderFilter.StaysBehind(name) || (isLimited && LimitHeaders.IsOfProvider(name))) continue;

            // Kestrel writes ASCII; a stray byte in a provider's header is not worth the answer.
            if (!Ascii.IsValid(value)) continue;
            to[name] = from.IsRepetition(i) ? StringValues.Concat(to[name], value) : value;
        }
    }
}
