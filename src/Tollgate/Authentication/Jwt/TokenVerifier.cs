using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tollgate.Configuration;
using Tollgate.Keys;
using Tollgate.Protocols.Errors;

namespace Tollgate.Authentication.Jwt;

/// <summary>
/// Judges tokens (RFC 7519, 8725): the algorithm from the configuration's list and never from the token alone, a key of the issuer's,
/// issuer, audience and time; then the claims. A token that was found good is known by its hash until it expires.
/// </summary>
internal sealed class TokenVerifier(ImmutableArray<JwtConfig> issuers, ImmutableDictionary<JwksSource, KeySet> keySets, KeyRing ring, TimeProvider time)
{
    /// <summary>Longest token, in characters; more is not looked at.</summary>
    private const int Longest = 16 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = Longest };

    private readonly TokenCache _cache = new();

    /// <summary>The key sets that it asks.</summary>
    internal ImmutableDictionary<JwksSource, KeySet> KeySets => keySets;

    /// <summary>True for what can only be a token: the header of a JSON object in base64, and two dots.</summary>
    internal static bool IsToken(ReadOnlySpan<char> key) => key.StartsWith("ey", StringComparison.Ordinal) && key.Count('.') == 2;

    internal ValueTask<Identified> IdentifyAsync(ReadOnlySpan<char> token)
    {
        if (token.Length > Longest) return new ValueTask<Identified>(Bad("is too long"));
        var digest = Digest.Of(token);
        var known = _cache.Find(digest);
        if (known is not null && known.Until > time.GetUtcNow() && known.Set.Current == known.Keys) return new ValueTask<Identified>(Place(known));
        if (known is not null) _cache.Forget(digest);
        return VerifyAsync(token.ToString(), digest);
    }

    private async ValueTask<Identified> VerifyAsync(string token, Digest digest)
    {
        if (Parse(token) is not { } parsed) return Bad("cannot be read");
        Identified? verdict = null;
        foreach (var issuer in issuers)
        {
            if (issuer.Issuer is not null && issuer.Issuer != parsed.Issuer) continue;
            var (good, refused) = await VerifyAsync(parsed, issuer).ConfigureAwait(false);
            if (good is not null)
            {
                _cache.Keep(digest, good, time.GetUtcNow());
                return Place(good);
            }

            // That one issuer cannot be asked outweighs that another says no: the first could have said yes.
            if (verdict is null || refused.Refusal!.Kind == GatewayErrorKinds.AuthenticationUnavailable) verdict = refused;
        }

        return verdict ?? Bad("comes from an issuer that is not known here");
    }

    private async ValueTask<(GoodToken? Good, Identified Refused)> VerifyAsync(JsonWebToken token, JwtConfig issuer)
    {
        if (!issuer.Algorithms.Contains(token.Alg, StringComparer.Ordinal)) return (null, Bad("is signed with an algorithm that is not taken here"));
        var set = keySets[issuer.Keys];
        if (await set.FindAsync(token.Kid).ConfigureAwait(false) is not { } keys || set.Current is not { } state)
        {
            return (null, Identified.Unjudged("the token cannot be judged now, because the keys of its issuer cannot be had; try again soon"));
        }

        if (keys.Length == 0) return (null, Bad("is signed with a key that its issuer does not have"));
        var result = await Handler.ValidateTokenAsync(token, Parameters(issuer, keys)).ConfigureAwait(false);
        return result.IsValid ? Admit(token, issuer, set, state) : (null, Bad(Reason(result.Exception)));
    }

    private static (GoodToken? Good, Identified Refused) Admit(JsonWebToken token, JwtConfig issuer, KeySet set, PublicKeys state)
    {
        using var claims = Claims(token);
        if (claims is null) return (null, Bad("cannot be read"));
        foreach (var (name, value) in issuer.Required)
        {
            if (!claims.Has(name, value)) return (null, Identified.Refused(GatewayErrorKinds.Forbidden, $"the token may not be used here: its claim '{name}' does not hold what this gateway requires"));
        }

        var (caller, missing) = claims.Read(issuer.Claims);
        if (caller is null) return (null, Identified.Refused(GatewayErrorKinds.Forbidden, $"the token may not be used here: it has no claim '{missing}'"));
        var names = issuer.Claims;
        var until = new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)) + issuer.Leeway;
        return (new GoodToken(caller with { KnownBy = Caller.OfIssuer(issuer.Issuer) }, names.Team is { } team ? claims.Text(team) : null, names.Organization is { } organization ? claims.Text(organization) : null, until, set, state), default);
    }

    private Identified Place(GoodToken token)
    {
        var groups = ring.Current.Groups;
        if (token.Placed is { } placed && placed.Groups == groups) return placed.Identified;
        var caller = groups.Place(token.Own, token.Team, token.Organization, out var unknown);
        var identified = caller is null ? Identified.Refused(GatewayErrorKinds.Forbidden, $"the token may not be used here: this gateway knows no {unknown}") : Identified.As(caller);
        token.Placed = new Placed(groups, identified);
        return identified;
    }

    private TokenValidationParameters Parameters(JwtConfig issuer, SecurityKey[] keys) => new()
    {
        IssuerSigningKeys = keys,
        TryAllIssuerSigningKeys = true,
        ValidAlgorithms = issuer.Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ValidateIssuer = issuer.Issuer is not null,
        ValidIssuer = issuer.Issuer,
        ValidateAudience = !issuer.Audiences.IsEmpty,
        ValidAudiences = issuer.Audiences,
        LifetimeValidator = (notBefore, expires, _, _) => IsInTime(notBefore, expires, issuer.Leeway),
    };

    // The library would look at the machine's clock.
    private bool IsInTime(DateTime? notBefore, DateTime? expires, TimeSpan leeway)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + leeway && (notBefore is not { } begin || now >= begin - leeway);
    }

    private static JsonWebToken? Parse(string token)
    {
        try
        {
            return new JsonWebToken(token);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static TokenClaims? Claims(JsonWebToken token)
    {
        try
        {
            return new TokenClaims(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    private static string Reason(Exception? exception) => exception switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException => "has expired, is not valid yet, or says nothing of when it expires",
        SecurityTokenInvalidAudienceException => "is for another audience",
        SecurityTokenInvalidIssuerException => "comes from an issuer that is not known here",
        _ => "is not signed by its issuer",
    };

    private static Identified Bad(string why) => Identified.Refused(GatewayErrorKinds.Unauthenticated, $"the token {why}: get a new one from its issuer, for this gateway");
}
