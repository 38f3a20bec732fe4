using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Routing;

namespace Tollgate.Access;

/// <summary>Which web pages may call, in the words of the Fetch standard.</summary>
internal sealed class CorsPolicy(CorsConfig config)
{
    private readonly string _methods = string.Join(", ", config.Methods);
    private readonly string _headers = string.Join(", ", config.Headers);
    private readonly string _exposed = string.Join(", ", config.ExposeHeaders);
    private readonly string _maxAge = ((long)config.MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    private readonly bool _isForAll = !config.Credentials && config.Origins.Contains("*", StringComparer.Ordinal);

    /// <summary>True when pages of this origin may call.</summary>
    internal bool Lets(string origin)
    {
        foreach (var allowed in config.Origins)
        {
            if (allowed == "*" || Glob.Matches(allowed, origin)) return true;
        }

        return false;
    }

    /// <summary>True for the question that a browser asks before the request itself.</summary>
    internal static bool IsPreflight(HttpRequest request) => HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Answers that question.</summary>
    internal void AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowMethods = _methods;
        headers.AccessControlAllowHeaders = _headers.Length > 0 ? _headers : context.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = _maxAge;
    }

    /// <summary>Marks an answer as one that the page may read; last, because answers bring headers of their own.</summary>
    internal Task MarkAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = _isForAll ? "*" : context.Request.Headers.Origin;
        if (!_isForAll) headers.Append("vary", "origin");
        if (config.Credentials) headers.AccessControlAllowCredentials = "true";
        if (_exposed.Length > 0) headers.AccessControlExposeHeaders = _exposed;
        return Task.CompletedTask;
    }
}
