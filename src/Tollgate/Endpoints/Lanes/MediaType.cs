using Microsoft.AspNetCore.Http;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// JSON operations take JSON. A page in a browser can send forms and plain text to a gateway on the same machine without asking;
/// it has to ask (and is not allowed) for JSON, so the others are refused.
/// </summary>
internal static class MediaType
{
    internal static Refusal? RefuseUnlessJson(HttpRequest http)
    {
        var encoding = http.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(GatewayErrorKinds.UnsupportedMediaType, $"the body is compressed ({encoding}): send it without content-encoding");
        }

        var type = http.ContentType;
        if (string.IsNullOrEmpty(type) ? http.Headers.Origin.Count == 0 : IsJson(type)) return null;
        return new Refusal(GatewayErrorKinds.UnsupportedMediaType, "send the header 'content-type: application/json'");
    }

    /// <summary>By the type itself: browsers send <c>text/plain; charset=json</c> without asking, and a form's boundary is anybody's choice.</summary>
    internal static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var parameters = type.IndexOf(';');
        if (parameters >= 0) type = type[..parameters];
        type = type.Trim();
        return type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
