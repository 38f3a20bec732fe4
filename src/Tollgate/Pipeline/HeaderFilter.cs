using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Tollgate.Pipeline;

/// <summary>Which headers end at the gateway. Everything else passes, so that what providers and SDKs invent next keeps working.</summary>
internal static class HeaderFilter
{
    private static readonly string[] HopByHop =
    [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "http2-settings",
    ];

    // The client's credentials are for the gateway. An organisation or project belongs to the client's account, which is not
    // the account that calls; compression is negotiated anew, because bodies are read; addresses of the inside stay inside.
    private static readonly FrozenSet<string> Request = HopByHop.Concat(
    [
        "host", "content-length", "content-type", "expect", "authorization", "x-api-key", "api-key", "x-goog-api-key", "x-goog-user-project", "cookie",
        "openai-organization", "openai-project", "accept-encoding", "x-ai-eg-model", "forwarded", "x-real-ip", "via",
        "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "origin", "referer",
    ]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Response = HopByHop.Concat(
    [
        "content-length", "content-encoding", "set-cookie", "server", "date", "via", "alt-svc", "strict-transport-security",
        "report-to", "nel", "cf-ray", "cf-cache-status", "x-powered-by",
    ]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    internal static bool EndsHere(string requestHeader) =>
        Request.Contains(requestHeader)
        || requestHeader.StartsWith("x-tollgate-", StringComparison.OrdinalIgnoreCase)
        || requestHeader.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase)
        || requestHeader.StartsWith("sec-fetch-", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for headers that speak to one dialect's API: in translation nobody is there to hear them.</summary>
    internal static bool BelongsToDialect(string requestHeader) =>
        requestHeader.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)
        || requestHeader.StartsWith("openai-", StringComparison.OrdinalIgnoreCase)
        || requestHeader.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a header that the client's <c>connection</c> header says is for the next hop only (RFC 9110, 7.6.1).</summary>
    internal static bool IsNamedBy(StringValues connection, string requestHeader)
    {
        foreach (var value in connection)
        {
            var names = value.AsSpan();
            foreach (var range in names.Split(','))
            {
                if (names[range].Trim().Equals(requestHeader, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }

    internal static bool StaysBehind(string responseHeader) => Response.Contains(responseHeader);
}
