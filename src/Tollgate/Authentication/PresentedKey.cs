using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Pipeline;

namespace Tollgate.Authentication;

/// <summary>Finds the key or token in a request.</summary>
internal static class PresentedKey
{
    private const string Scheme = "Bearer ";

    /// <summary>OpenAI's clients send a bearer token, Anthropic's an x-api-key (or, from 1.0 on, a bearer token), Azure's an api-key. The first place that has one counts.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="text">What holds it, where the next request on the same connection is likely to bring the same object; else null.</param>
    internal static ReadOnlySpan<char> Of(IHeaderDictionary headers, out string? text)
    {
        text = headers.Authorization.ToString();
        var authorization = text.AsSpan().Trim();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return authorization[Scheme.Length..].Trim();
        text = null;
        var key = headers["x-api-key"].ToString();
        return (key.Length > 0 ? key : headers["api-key"].ToString()).AsSpan().Trim();
    }

    /// <summary>The same in the places of the operator's choice.</summary>
    internal static ReadOnlySpan<char> Of(HttpRequest request, KeyPlaces places)
    {
        foreach (var name in places.Headers)
        {
            var value = request.Headers[name].ToString().AsSpan().Trim();
            if (value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return value[Scheme.Length..].Trim();
            if (value.Length > 0 && !IsBasic(value)) return value;
        }

        foreach (var name in places.Query)
        {
            if (request.Query[name].ToString() is { Length: > 0 } value) return value;
        }

        foreach (var name in places.Cookies)
        {
            if (request.Cookies[name] is { Length: > 0 } value) return value;
        }

        return default;
    }

    /// <summary>Takes it out of the request, so that no provider is sent it.</summary>
    internal static void Remove(HttpRequest request, KeyPlaces places)
    {
        foreach (var name in places.Headers) request.Headers.Remove(name);
        if (places.Query.IsEmpty || request.QueryString.Value is not { Length: > 1 } query) return;
        var kept = query[1..].Split('&').Where(pair => !places.Query.Contains(QueryFilter.NameOf(pair), StringComparer.OrdinalIgnoreCase)).ToArray();
        request.QueryString = kept.Length == 0 ? QueryString.Empty : new QueryString("?" + string.Join('&', kept));
    }

    private static bool IsBasic(ReadOnlySpan<char> value) => value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
}
