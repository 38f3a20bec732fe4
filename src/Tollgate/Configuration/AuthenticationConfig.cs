using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>How callers show who they are, beside the keys and certificates of <see cref="GatewayConfig.Clients"/>.</summary>
public sealed record AuthenticationConfig
{
    /// <summary>Issuers whose tokens are taken.</summary>
    public ImmutableArray<JwtConfig> Jwt { get; init; } = [];

    /// <summary>Users with passwords in the form of htpasswd with <c>{SHA}</c>. Null: no basic authentication.</summary>
    public SecretSource? Basic { get; init; }

    /// <summary>Where keys and tokens are looked for. Null: <c>authorization</c>, <c>x-api-key</c> and <c>api-key</c>.</summary>
    public KeyPlaces? KeysFrom { get; init; }

    /// <summary>True when nothing of it is used.</summary>
    public bool IsEmpty => Jwt.IsEmpty && Basic is null;
}

/// <summary>Where in a request a key or token may stand. The first place that has one counts; it is not passed on.</summary>
/// <param name="Headers">Names of headers; <c>Bearer </c> before the key is left out.</param>
/// <param name="Query">Names of parameters of the query.</param>
/// <param name="Cookies">Names of cookies.</param>
public sealed record KeyPlaces(ImmutableArray<string> Headers, ImmutableArray<string> Query, ImmutableArray<string> Cookies);

/// <summary>An issuer of tokens.</summary>
public sealed record JwtConfig
{
    /// <summary>What <c>iss</c> must be. Null: anything that the keys vouch for.</summary>
    public string? Issuer { get; init; }

    /// <summary>Where its keys are.</summary>
    public required JwksSource Keys { get; init; }

    /// <summary>One of them must be in <c>aud</c>. Empty: not looked at.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Signature algorithms that are taken; asymmetric ones only.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = JwtAlgorithms.All;

    /// <summary>Which claims name what.</summary>
    public ClaimNames Claims { get; init; } = new();

    /// <summary>Claims that must hold a value, or have it among their values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Required { get; init; } = [];

    /// <summary>How far clocks may differ; 1 min.</summary>
    public TimeSpan Leeway { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}

/// <summary>A JSON Web Key Set (RFC 7517): at an address, in a file that is read again when it changes, or written in place. One of them.</summary>
/// <param name="Url">https, or http to this machine.</param>
/// <param name="File">Absolute path.</param>
/// <param name="Text">The set itself.</param>
public sealed record JwksSource(Uri? Url, string? File, string? Text);

/// <summary>Which claims name what. Dots lead into objects, as in <c>realm_access.roles</c>. A claim that is named must be in the token.</summary>
/// <param name="Client">The caller's name.</param>
/// <param name="Team">Its team, which must be known here.</param>
/// <param name="Organization">Its organisation, which must be known here.</param>
/// <param name="Models">Names or globs of the models that it may ask for: a list, or a text with spaces or commas between them.</param>
public sealed record ClaimNames(string Client = "sub", string? Team = null, string? Organization = null, string? Models = null);

/// <summary>The signature algorithms that are taken. Those with a shared secret are not: a public key would pass for one.</summary>
internal static class JwtAlgorithms
{
    internal static readonly ImmutableArray<string> All = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
}

/// <summary>Which addresses may call at all.</summary>
/// <param name="Allow">Networks such as <c>10.0.0.0/8</c>. Empty: all.</param>
/// <param name="Deny">Networks that may not, even when they are allowed.</param>
public sealed record AddressListConfig(ImmutableArray<System.Net.IPNetwork> Allow, ImmutableArray<System.Net.IPNetwork> Deny);

/// <summary>Proxies in front of the gateway that can be believed, so that <c>x-forwarded-for</c> says where a request comes from. One of both.</summary>
/// <param name="Hops">How many there are: the caller's address is that many places from the right. 0: not by number.</param>
/// <param name="Proxies">Their networks: the caller's address is the first from the right that is in none of them.</param>
public sealed record ClientAddressConfig(int Hops, ImmutableArray<System.Net.IPNetwork> Proxies);

/// <summary>Which web pages may call (CORS).</summary>
public sealed record CorsConfig
{
    /// <summary>Origins such as <c>https://app.my.org</c>, with <c>*</c> for any text in them, or <c>*</c> for all.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>Methods that they may use.</summary>
    public ImmutableArray<string> Methods { get; init; } = ["GET", "POST"];

    /// <summary>Headers that they may send. Empty: all that they ask for.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>Headers of answers that they may read.</summary>
    public ImmutableArray<string> ExposeHeaders { get; init; } = [];

    /// <summary>How long browsers may keep the answer.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>True: cookies and the like may come along.</summary>
    public bool Credentials { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}
