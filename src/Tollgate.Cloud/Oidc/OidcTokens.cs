using System.Text.Json;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Oidc;

/// <summary>A token of an OIDC provider.</summary>
/// <param name="Value">The token.</param>
/// <param name="Lifetime">How long it is good from now on; null: it is not said.</param>
internal readonly record struct OidcToken(string Value, TimeSpan? Lifetime);

/// <summary>
/// Asks an OIDC provider for a token with the client-credentials grant
/// (<see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4"/>), at the endpoint that its discovery document names
/// (<see href="https://openid.net/specs/openid-connect-discovery-1_0.html"/>). A cloud takes the token for an identity of its own.
/// </summary>
internal sealed class OidcTokens(OidcConfig config, CloudOptions options)
{
    private const int LongestAnswer = 256 * 1024;

    /// <exception cref="IdentityException">There is none.</exception>
    internal async ValueTask<OidcToken> FetchAsync(CancellationToken cancellationToken)
    {
        using var caller = new HttpMessageInvoker(options.Handler?.Invoke() ?? new SocketsHttpHandler { AllowAutoRedirect = false });
        var endpoint = config.TokenUrl ?? await DiscoverAsync(caller, cancellationToken).ConfigureAwait(false);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(await FormAsync(cancellationToken).ConfigureAwait(false)) };
        using var answer = await AskAsync(caller, request, cancellationToken).ConfigureAwait(false);

        // The clouds want the identity's own token; providers without one give an access token that is a JWT too.
        var token = Text(answer.RootElement, "id_token") ?? Text(answer.RootElement, "access_token")
            ?? throw new IdentityException($"{endpoint.Host} gave no token");
        var lifetime = answer.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt64(out var value) ? TimeSpan.FromSeconds(value) : (TimeSpan?)null;
        return new OidcToken(token, lifetime);
    }

    private async ValueTask<Uri> DiscoverAsync(HttpMessageInvoker caller, CancellationToken cancellationToken)
    {
        var url = new Uri(config.Issuer!.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var answer = await AskAsync(caller, request, cancellationToken).ConfigureAwait(false);
        return Uri.TryCreate(Text(answer.RootElement, "token_endpoint"), UriKind.Absolute, out var endpoint)
            ? endpoint
            : throw new IdentityException($"the discovery document at {url.Host} names no token endpoint");
    }

    private async ValueTask<Dictionary<string, string>> FormAsync(CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = config.ClientId,
            ["client_secret"] = await config.ClientSecret.RevealAsync(cancellationToken).ConfigureAwait(false),
        };
        if (config.Scope is not null) form["scope"] = config.Scope;
        if (config.Audience is not null) form["audience"] = config.Audience;
        return form;
    }

    private static async ValueTask<JsonDocument> AskAsync(HttpMessageInvoker caller, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        try
        {
            using var response = await caller.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw new IdentityException($"{host} answered {(int)response.StatusCode} to a request for a token");
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), default, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new IdentityException($"{host} cannot be reached for a token: {e.HttpRequestError}", e);
        }
        catch (JsonException e)
        {
            throw new IdentityException($"{host} answered with something that is not JSON", e);
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
