using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Identities at AWS, Azure and Google Cloud.</summary>
internal sealed class CloudTranslator(SecretReader secrets, Findings findings)
{
    public (string Key, YamlNode? Value)[] Aws(Resource policy, YamlMap aws) =>
    [
        ("region", aws.Scalar("region")),
        ("aws", aws.Map("credentialsFile") is { } file ? OfFile(policy, file) : aws.Map("oidcExchangeToken") is { } exchange ? OfRole(policy, exchange) : null),
    ];

    public (string Key, YamlNode? Value)[] Azure(Resource policy, YamlMap azure) =>
    [
        ("azure", Tree.Map(azure.Place,
        [
            ("tenantId", azure.Scalar("tenantID")),
            ("clientId", azure.Scalar("clientID")),
            ("clientSecret", azure.Map("clientSecretRef") is { } reference ? secrets.Read(policy, reference, "client-secret") : null),
            ("oidc", Oidc(policy, azure.Map("oidcExchangeToken"))),
        ])),
    ];

    public (string Key, YamlNode? Value)[] Gcp(Resource policy, YamlMap gcp) =>
    [
        ("project", gcp.Scalar("projectName")),
        ("location", gcp.Scalar("region")),
        ("gcp", gcp.MapAt("credentialsFile", "secretRef") is { } reference ? ServiceAccount(policy, reference)
            : gcp.Map("workloadIdentityFederationConfig") is { } federation ? Federation(policy, gcp, federation) : null),
    ];

    private YamlMap? ServiceAccount(Resource policy, YamlMap reference) => secrets.Read(policy, reference, "service_account.json") switch
    {
        YamlMap file => Tree.Map(file.Place, ("credentialsFile", file["file"])),
        YamlScalar json => Tree.Map(json.Place, ("credentials", json)),
        _ => null,
    };

    private YamlMap Federation(Resource policy, YamlMap gcp, YamlMap federation) => Tree.Map(federation.Place,
    [
        ("workloadIdentity", Tree.Map(federation.Place,
        [
            ("projectNumber", federation.Scalar("projectID")),
            ("pool", federation.Scalar("workloadIdentityPoolName")),
            ("provider", federation.Scalar("workloadIdentityProviderName")),
            ("oidc", Oidc(policy, federation.Map("oidcExchangeToken"))),
        ])),
        ("serviceAccount", federation.MapAt("serviceAccountImpersonation")?.Scalar("serviceAccountName") is { } name
            ? Tree.Text(name.Place, name.Text.Contains('@', StringComparison.Ordinal) ? name.Text : $"{name.Text}@{gcp.Text("projectName")}.iam.gserviceaccount.com")
            : null),
    ]);

    private YamlMap? OfRole(Resource policy, YamlMap exchange) =>
        Tree.Map(exchange.Place, ("roleArn", exchange.Scalar("awsRoleArn")), ("oidc", Oidc(policy, exchange)));

    private YamlMap? Oidc(Resource policy, YamlMap? exchange)
    {
        if (exchange?.Map("oidc") is not { } oidc || oidc.Map("provider") is not { } provider) return null;

        var scopes = oidc.Scalars("scopes").Select(scope => scope.Text).ToList();
        return Tree.Map(oidc.Place,
        [
            provider.Scalar("tokenEndpoint") is { } endpoint ? ("tokenUrl", endpoint) : ("issuer", provider.Scalar("issuer")),
            ("clientId", oidc.Scalar("clientID")),
            ("clientSecret", oidc.Map("clientSecret") is { } reference ? secrets.Read(policy, reference, "client-secret") : null),
            ("scope", scopes.Count == 0 ? null : Tree.Text(oidc.Place, string.Join(' ', scopes))),
            ("audience", exchange.Scalar("aud")),
        ]);
    }

    /// <summary>A profile of an INI file: the file itself where it is one, else the keys in it.</summary>
    private YamlMap? OfFile(Resource policy, YamlMap file)
    {
        if (file.Map("secretRef") is not { } reference || secrets.Read(policy, reference, "credentials") is not { } value) return null;

        var profile = file.Text("profile") ?? "default";
        if (value is YamlMap path) return Tree.Map(file.Place, ("credentialsFile", path["file"]), ("profile", Tree.Text(file.Place, profile)));

        var keys = Profile(((YamlScalar)value).Text, profile);
        if (keys.TryGetValue("aws_access_key_id", out var id) && keys.TryGetValue("aws_secret_access_key", out var secret))
        {
            return Tree.Map(value.Place,
            [
                ("accessKeyId", Tree.Text(value.Place, id)),
                ("secretAccessKey", Tree.Text(value.Place, secret)),
                ("sessionToken", keys.TryGetValue("aws_session_token", out var token) ? Tree.Text(value.Place, token) : null),
            ]);
        }

        findings.Problems.Error(reference.Place, $"the credentials have no profile {profile} with aws_access_key_id and aws_secret_access_key");
        return null;
    }

    private static Dictionary<string, string> Profile(string ini, string profile)
    {
        var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var isIn = false;
        foreach (var line in ini.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('[')) isIn = line.Trim('[', ']').Trim() == profile;
            else if (isIn && line.Split('=', 2) is [var key, var value]) keys[key.Trim()] = value.Trim();
        }

        return keys;
    }
}
