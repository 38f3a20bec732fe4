using System.Net;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>How callers show who they are, and from where they may call.</summary>
internal static class AuthenticationShapes
{
    private static readonly ObjectShape Claims = new("a map such as { client: sub, team: team }",
    [
        new("client", "The claim that names the caller; sub by default.", Text),
        new("team", "The claim that names its team, which must be known here.", Text),
        new("organization", "The claim that names its organisation, which must be known here.", Text),
        new("models", "The claim with the models that it may ask for: a list, or a text with spaces or commas between them.", Text),
    ]);

    private static readonly Shape Keys = new FormsShape("an https address, the path of a file, or { json: TEXT }",
    [
        Text,
        new ObjectShape("{ json: TEXT }", [new("json", "The key set itself, as JSON.", Text) { IsRequired = true }]),
    ]);

    private static readonly ObjectShape Issuer = new("a map with issuer: and jwks:",
    [
        new("issuer", "What iss must be.", Text) { IsRequired = true },
        new("jwks", "Its keys (RFC 7517): an address (https, or http to this machine), the path of a file, both read again by themselves, or { json: TEXT }.", Keys) { IsRequired = true },
        new("audiences", "One of them must be in aud.", new ListShape("a list of audiences", Text)) { IsRequired = true },
        new("algorithms", "Signature algorithms that are taken; all asymmetric ones by default.", new ListShape("a list of algorithms", OneOf(JwtAlgorithms.All))),
        new("claims", "Which claims name what. A claim that is named must be in the token.", Claims),
        new("required", "Claims that must hold a value, or have it among their values.", new MapShape("a map of claims to values", Text)),
        new("leeway", "How far clocks may differ; 1m by default.", DurationOrZero),
    ])
    { Name = "issuer" };

    private static readonly ObjectShape Places = new("a map such as { headers: [x-key] }",
    [
        new("headers", "Names of headers.", new ListShape("a list of headers", HeaderName)),
        new("query", "Names of parameters of the query.", new ListShape("a list of names", Text)),
        new("cookies", "Names of cookies.", new ListShape("a list of names", Text)),
    ]);

    private static readonly ObjectShape Basic = new("a map such as { file: users.htpasswd }",
    [
        new("file", "Path of a file in the form of htpasswd -s: NAME:{SHA}HASH, one a line. Read again when it changes.", Text),
        new("users", "The lines of such a file.", SecretText),
    ])
    { Rules = [new ShapeRule(map => map["file"] is null == map["users"] is null ? (null, "write file: or users:, one of them") : null)] };

    public static readonly ObjectShape Authentication = new("a map such as { jwt: [{ issuer: …, jwks: … }] }",
    [
        new("jwt", "Issuers whose tokens are taken.", new ListShape("a list of issuers", Issuer)),
        new("basic", "Users with passwords.", Basic),
        new("keysFrom", "Where keys and tokens are looked for, instead of authorization, x-api-key and api-key.", Places),
    ]);

    private static readonly ScalarShape Network = new("a network such as 10.0.0.0/8, or an address", "string", text => ParseNetwork(text) is null ? "" : null);

    public static readonly ObjectShape Access = new("a map such as { allow: [10.0.0.0/8] }",
    [
        new("allow", "Networks that may call; all of them by default.", new ListShape("a list of networks", Network)),
        new("deny", "Networks that may not, even when they are allowed.", new ListShape("a list of networks", Network)),
    ]);

    /// <summary>Proxies in front of the gateway.</summary>
    public static readonly ObjectShape ClientAddress = new("a map such as { hops: 1 }",
    [
        new("hops", "How many proxies stand in front of the gateway: the address so many places from the right of x-forwarded-for is the caller's.", Number(1)),
        new("proxies", "Networks of those proxies: the first address from the right of x-forwarded-for that is in none of them is the caller's.", new ListShape("a list of networks", Network) { Minimum = 1 }),
    ])
    { Rules = [new ShapeRule(map => map["hops"] is null == map["proxies"] is null ? (null, "write hops: or proxies:, one of them") : null)] };

    /// <summary>Who may ask for one model.</summary>
    public static readonly ObjectShape ModelAccess = new("a map such as { clients: [indexer] }",
    [
        new("clients", "Names of clients that may ask for it. With clients, issuers or passwords nobody else may.", new ListShape("a list of names", Text)),
        new("issuers", "Issuers whose tokens may ask for it.", new ListShape("a list of issuers", Text)),
        new("passwords", "true: users with passwords may ask for it.", Flag),
        new("allow", "Networks that may ask for it; all that may call by default.", new ListShape("a list of networks", Network)),
        new("deny", "Networks that may not, even when they are allowed.", new ListShape("a list of networks", Network)),
    ])
    { Name = "modelAccess" };

    public static readonly ObjectShape Cors = new("a map such as { origins: [\"https://app.my.org\"] }",
    [
        new("origins", "Origins of web pages that may call, such as https://app.my.org; * stands for any text.", new ListShape("a list of origins", Text)) { IsRequired = true },
        new("methods", "Methods that they may use; GET and POST by default.", new ListShape("a list of methods", Text)),
        new("headers", "Headers that they may send; all by default.", new ListShape("a list of headers", HeaderName)),
        new("exposeHeaders", "Headers of answers that they may read.", new ListShape("a list of headers", HeaderName)),
        new("maxAge", "How long browsers may keep the answer; 1h by default.", DurationOrZero),
        new("credentials", "true: cookies and the like may come along.", Flag),
    ]);

    internal static IPNetwork? ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var address) && text.AsSpan().IndexOfAny('.', ':') >= 0 ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
