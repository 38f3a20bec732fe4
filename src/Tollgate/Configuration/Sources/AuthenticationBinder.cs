using System.Collections.Immutable;
using System.Text;
using Tollgate.Authentication;
using Tollgate.Authentication.Jwt;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of <c>authentication</c>, <c>access</c> and <c>cors</c>.</summary>
internal sealed class AuthenticationBinder(SecretBinder files, ConfigContext context, ICollection<ConfigProblem> problems)
{
    public AuthenticationConfig Bind(YamlMap? map) => map is null ? new AuthenticationConfig() : new AuthenticationConfig
    {
        Jwt = [.. ((map["jwt"] as YamlList)?.Items ?? []).OfType<YamlMap>().Select(Issuer).OfType<JwtConfig>()],
        Basic = map.Map("basic") is { } basic ? Users(basic) : null,
        KeysFrom = map.Map("keysFrom") is { } places ? Places(places) : null,
    };

    // A line that cannot be read would lock its user out without a word.
    private SecretSource? Users(YamlMap map)
    {
        if (map.Scalar("users") is { Text.Length: > 0 } lines)
        {
            if (BasicUsers.Complaint(lines.Text) is { } wrong) problems.Error(lines.Place, $"authentication.basic.users: {wrong}");
            return new SecretSource(new Secret(lines.Text), null);
        }

        if (files.Path(map, "file", "authentication.basic.file") is not { } file) return null;
        if (context.Read(file) is { } bytes && BasicUsers.Complaint(Encoding.UTF8.GetString(bytes)) is { } complaint)
        {
            problems.Error(map["file"]!.Place, $"authentication.basic.file: in '{map.Scalar("file")!.Written}' {complaint}");
        }

        return new SecretSource(null, file);
    }

    private KeyPlaces Places(YamlMap map)
    {
        var places = new KeyPlaces(map.Texts("headers"), map.Texts("query"), map.Texts("cookies"));
        if (places.Headers.IsEmpty && places.Query.IsEmpty && places.Cookies.IsEmpty)
        {
            problems.Error(map.Place, "authentication.keysFrom names no place: write headers: [authorization, x-api-key], or remove it");
        }

        return places;
    }

    private JwtConfig? Issuer(YamlMap map)
    {
        if (map["audiences"] is YamlList { Items.Count: 0 } none) problems.Error(none.Place, "audiences is empty: name who the tokens are for, so that tokens for others are not taken");
        if (map["algorithms"] is YamlList { Items.Count: 0 } empty) problems.Error(empty.Place, "algorithms is empty, so no token could be taken: name some, or remove the line");
        if (map.Text("issuer") is not { } issuer || Keys(map) is not { } keys) return null;
        var claims = map.Map("claims");
        var config = new JwtConfig
        {
            Issuer = issuer,
            Keys = keys,
            Audiences = map.Texts("audiences"),
            Claims = new ClaimNames(claims?.Text("client") ?? "sub", claims?.Text("team"), claims?.Text("organization"), claims?.Text("models")),
            Required = [.. (map.Map("required")?.Entries ?? []).Where(e => e.Value is YamlScalar { IsBroken: false }).Select(e => KeyValuePair.Create(e.Key, ((YamlScalar)e.Value).Text))],
            Leeway = map.Text("leeway") is "0" or "0s" ? TimeSpan.Zero : map.Duration("leeway") ?? TimeSpan.FromMinutes(1),
            Place = map.Place,
        };
        return map.Texts("algorithms") is { IsEmpty: false } algorithms ? config with { Algorithms = algorithms } : config;
    }

    private JwksSource? Keys(YamlMap map)
    {
        if (map.Map("jwks")?.Scalar("json") is { } set) return KeySet(set);
        if (map.Scalar("jwks") is not { Text.Length: > 0 } written) return null;
        if (!written.Text.Contains("://", StringComparison.Ordinal)) return files.Path(map, "jwks", "authentication.jwt.jwks") is { } file ? new JwksSource(null, file, null) : null;
        if (Uri.TryCreate(written.Text, UriKind.Absolute, out var url) && IsSafe(url)) return new JwksSource(url, null, null);
        problems.Error(written.Place, "authentication.jwt.jwks must be an https address without user and password (http only to this machine), because whoever can change the keys on their way can make tokens");
        return null;
    }

    private JwksSource? KeySet(YamlScalar set)
    {
        try
        {
            PublicKeys.Parse(set.Text);
            return new JwksSource(null, null, set.Text);
        }
        catch (FormatException e)
        {
            problems.Error(set.Place, $"authentication.jwt.jwks.json cannot be used, because {e.Message}: write {{\"keys\": […]}} with the issuer's public keys");
            return null;
        }
    }

    /// <summary>True for addresses from which keys can be fetched so that nobody on the way can change them.</summary>
    internal static bool IsSafe(Uri url) => url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    public static AddressListConfig? Access(YamlMap? map) => map is null ? null : new AddressListConfig(Networks(map, "allow"), Networks(map, "deny"));

    public static ClientAddressConfig? ClientAddress(YamlMap? map) => map is null ? null : new ClientAddressConfig(map.Number("hops") ?? 0, Networks(map, "proxies"));

    /// <summary>The same of one model.</summary>
    public static ModelAccessConfig? ModelAccess(YamlMap? map) => map is null ? null : new ModelAccessConfig
    {
        Clients = map.Texts("clients"),
        Issuers = map.Texts("issuers"),
        Passwords = map.Flag("passwords") ?? false,
        Addresses = map["allow"] is null && map["deny"] is null ? null : Access(map),
        Place = map.Place,
    };

    private static ImmutableArray<System.Net.IPNetwork> Networks(YamlMap map, string key) =>
        [.. map.Texts(key).Select(AuthenticationShapes.ParseNetwork).OfType<System.Net.IPNetwork>()];

    public CorsConfig? Cors(YamlMap? map)
    {
        if (map is null) return null;
        var defaults = new CorsConfig();
        var cors = new CorsConfig
        {
            Origins = map.Texts("origins"),
            Methods = map.Texts("methods") is { IsEmpty: false } methods ? methods : defaults.Methods,
            Headers = map.Texts("headers"),
            ExposeHeaders = map.Texts("exposeHeaders"),
            MaxAge = map.Text("maxAge") is "0" or "0s" ? TimeSpan.Zero : map.Duration("maxAge") ?? defaults.MaxAge,
            Credentials = map.Flag("credentials") ?? false,
            Place = map.Place,
        };
        if (cors.Credentials && cors.Origins.Contains("*", StringComparer.Ordinal))
        {
            problems.Error(map.Place, "cors has credentials: true and origins: ['*'], so that every web page could act for whoever visits it: name the origins");
        }

        return cors;
    }
}
