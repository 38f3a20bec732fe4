using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of a provider's <c>aws</c>, <c>azure</c> and <c>gcp</c>.</summary>
/// <param name="secrets">Reads secrets and finds files.</param>
/// <param name="path">Where the provider stands, for messages: <c>providers.NAME</c>.</param>
internal sealed class IdentityBinder(SecretBinder secrets, string path)
{
    public AwsConfig? Aws(YamlNode? node) => Members(node) is not { } map ? null : new AwsConfig
    {
        Keys = Keys(map),
        Profile = map.Text("profile"),
        CredentialsFile = secrets.Path(map, "credentialsFile", $"{path}.aws.credentialsFile"),
        WebIdentityTokenFile = secrets.Path(map, "webIdentityTokenFile", $"{path}.aws.webIdentityTokenFile"),
        Oidc = Oidc(map, $"{path}.aws"),
        RoleArn = map.Text("roleArn"),
        ExternalId = map.Text("externalId"),
        SessionName = map.Text("sessionName"),
        Duration = map.Duration("duration"),
        StsUrl = Url(map, "stsUrl"),
    };

    public AzureConfig? Azure(YamlNode? node) => Members(node) is not { } map ? null : new AzureConfig
    {
        TenantId = map.Text("tenantId"),
        ClientId = map.Text("clientId"),
        ClientSecret = secrets.Bind(map, "clientSecret", $"{path}.azure.clientSecret"),
        CertificateFile = secrets.Path(map, "certificateFile", $"{path}.azure.certificateFile"),
        CertificatePassword = secrets.Bind(map, "certificatePassword", $"{path}.azure.certificatePassword"),
        TokenFile = secrets.Path(map, "tokenFile", $"{path}.azure.tokenFile"),
        Oidc = Oidc(map, $"{path}.azure"),
        ManagedIdentity = map.Flag("managedIdentity") ?? false,
        Authority = Url(map, "authority"),
        Scope = map.Text("scope"),
    };

    public GcpConfig? Gcp(YamlNode? node) => Members(node) is not { } map ? null : new GcpConfig
    {
        CredentialsFile = secrets.Path(map, "credentialsFile", $"{path}.gcp.credentialsFile"),
        Credentials = map.Text("credentials") is { } json ? new Secret(json) : null,
        Metadata = map.Flag("metadata") ?? false,
        WorkloadIdentity = WorkloadIdentity(map.Map("workloadIdentity")),
        ServiceAccount = map.Text("serviceAccount"),
    };

    public static CredentialOverrideConfig? Override(YamlNode? node) =>
        Members(node) is { } map ? new CredentialOverrideConfig(map.Text("header"), map.Flag("fallback") ?? true) : null;

    private WorkloadIdentityConfig? WorkloadIdentity(YamlMap? map)
    {
        if (map?.Text("projectNumber") is not { } project || map.Text("pool") is not { } pool || map.Text("provider") is not { } provider) return null;

        var place = $"{path}.gcp.workloadIdentity";
        return new WorkloadIdentityConfig(project, pool, provider, secrets.Path(map, "tokenFile", $"{place}.tokenFile"), Oidc(map, place));
    }

    private OidcConfig? Oidc(YamlMap owner, string place) =>
        owner.Map("oidc") is { } map && map.Text("clientId") is { } client && secrets.Bind(map, "clientSecret", $"{place}.oidc.clientSecret") is { } secret
            ? new OidcConfig(Url(map, "issuer"), Url(map, "tokenUrl"), client, secret, map.Text("scope"), map.Text("audience"))
            : null;

    private static AwsKeysConfig? Keys(YamlMap map) =>
        map.Text("accessKeyId") is { } id && map.Text("secretAccessKey") is { } secret
            ? new AwsKeysConfig(new Secret(id), new Secret(secret), map.Text("sessionToken") is { } token ? new Secret(token) : null)
            : null;

    // `azure:` with nothing behind it is an empty map: the default chain.
    private static YamlMap? Members(YamlNode? node) => node switch
    {
        YamlMap map => map,
        YamlScalar { IsNull: true } empty => new YamlMap(empty.Place, []),
        _ => null,
    };

    private static Uri? Url(YamlMap map, string key) => map.Text(key) is { } text ? UrlText.Parse(text, out _) : null;
}
