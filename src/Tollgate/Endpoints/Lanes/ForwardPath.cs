using Microsoft.AspNetCore.Http.Features;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Endpoints.Lanes;

/// <summary>The path of a forwarded request below its prefix: as the client wrote it, and never one that climbs.</summary>
internal static class ForwardPath
{
    // Who encodes more often than this hides something.
    private const int MostDecodings = 4;

    internal static Refusal Climbing { get; } = new(GatewayErrorKinds.InvalidRequest, "the path must not have segments of dots, encoded or not");

    /// <summary>Null when a provider that decodes it once more could end outside of its base path.</summary>
    internal static string? Below(GatewayRequest request, string prefix)
    {
        var http = request.Context.Request;
        var raw = request.Context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? raw : raw[..query];
        var start = http.PathBase.ToUriComponent() + prefix;

        // The path that was matched is decoded once; encoding it again would not always give what the client wrote.
        var rest = path.StartsWith(start, StringComparison.OrdinalIgnoreCase) ? path[start.Length..] : http.Path.ToUriComponent()[prefix.Length..];
        return Climbs(rest) ? null : rest;
    }

    private static bool Climbs(string path)
    {
        for (var i = 0; i < MostDecodings; i++)
        {
            if (path.Split('/', '\\').Any(IsDots)) return true;
            var decoded = Uri.UnescapeDataString(path);
            if (decoded == path) return false;
            path = decoded;
        }

        return true;
    }

    // Some servers take "..;x" for "..".
    private static bool IsDots(string segment) => segment.Split(';')[0] is "." or "..";
}
