using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below a provider's <c>aws</c>, <c>azure</c> and <c>gcp</c>. Which keys exclude each other is <c>IdentityRules</c>' business.</summary>
internal static class IdentityShapes
{
    /// <summary>A secret, or the file that holds it.</summary>
    public static readonly Shape SecretOrFile = new FormsShape("a text such as \"${VAR}\", or { file: PATH }",
    [
        SecretText,
        new ObjectShape("{ file: PATH }",
        [
            new("file", "Path of a file that holds the secret and nothing else, relative to this file. It is read again when it changes.", Text) { IsRequired = true },
        ]),
    ]);

    private static readonly ObjectShape Oidc = new("a map with issuer, clientId and clientSecret",
    [
        new("issuer", "Issuer URL; its discovery document names the token endpoint.", Url),
        new("tokenUrl", "Token endpoint, when there is no discovery document.", Url),
        new("clientId", "The client's id.", Text) { IsRequired = true },
        new("clientSecret", "The client's secret.", SecretOrFile) { IsRequired = true },
        new("scope", "Scopes, with spaces between them.", Text),
        new("audience", "Sent as audience, which some providers want.", Text),
    ])
    { Name = "oidc" };

    /// <summary>A credential of the caller's own.</summary>
    public static readonly ObjectShape Override = new("a map such as { header: x-aigw-api-key }",
    [
        new("header", "The header that carries it; for AWS, how the three headers begin. By default x-aigw-api-key, x-aigw-anthropic-api-key, x-aigw-azure-api-key, x-aigw-azure-access-token, x-aigw-gcp-access-token or x-aigw-aws-.", HeaderName),
        new("fallback", "false refuses callers that bring none; true (default) uses the configured credential.", Flag),
    ])
    { MayBeEmpty = true };

    /// <summary>Who calls AWS.</summary>
    public static readonly ObjectShape Aws = new("a map such as { profile: dev }",
    [
        new("accessKeyId", "Static access key.", SecretText),
        new("secretAccessKey", "Its secret.", SecretText),
        new("sessionToken", "Its session token, when it is temporary.", SecretText),
        new("profile", "A profile of the shared files; default by default.", Text),
        new("credentialsFile", "Path of a shared credentials file (INI) instead of the SDKs' own.", Text),
        new("webIdentityTokenFile", "Path of an OIDC token that STS takes for roleArn (IRSA).", Text),
        new("oidc", "An OIDC provider whose token STS takes for roleArn.", Oidc),
        new("roleArn", "The role to assume, with the keys above or those of the default chain.", Text),
        new("externalId", "What the role's owner asks for besides.", Text),
        new("sessionName", "How the session is called in CloudTrail; tollgate by default.", Text),
        new("duration", "How long a session lasts: 15m to 12h; 1h by default.", Duration),
        new("stsUrl", "Base URL of STS, for VPC endpoints; the region's by default.", Url),
    ])
    {
        MayBeEmpty = true,
        Elsewhere = ImmutableDictionary<string, string>.Empty.Add("region", "write region: beside aws:"),
    };

    /// <summary>Who calls Azure.</summary>
    public static readonly ObjectShape Azure = new("a map such as { managedIdentity: true }",
    [
        new("tenantId", "Directory (tenant) id.", Text),
        new("clientId", "Application (client) id; of a managed identity, the user-assigned one.", Text),
        new("clientSecret", "Secret of the application.", SecretOrFile),
        new("certificateFile", "Path of the application's certificate with its key: PEM, or PKCS #12 (.pfx, .p12).", Text),
        new("certificatePassword", "Password of a PKCS #12 file.", SecretOrFile),
        new("tokenFile", "Path of a federated token, as workload identity mounts it.", Text),
        new("oidc", "An OIDC provider whose token Entra ID takes.", Oidc),
        new("managedIdentity", "true: the identity of the machine or app.", Flag),
        new("authority", "Entra ID of a sovereign cloud, such as https://login.microsoftonline.us.", Url),
        new("scope", "Scope of the token; https://cognitiveservices.azure.com/.default by default.", Text),
    ])
    { MayBeEmpty = true };

    /// <summary>Who calls Google Cloud.</summary>
    public static readonly ObjectShape Gcp = new("a map such as { credentialsFile: key.json }",
    [
        new("credentialsFile", "Path of a JSON file: a service account, an external account, an authorised user or an impersonation.", Text),
        new("credentials", "The content of such a file, such as \"${GOOGLE_CREDENTIALS}\".", SecretText),
        new("metadata", "true: the machine's service account, from the metadata server.", Flag),
        new("workloadIdentity", "A token of another identity provider, exchanged for Google's.", WorkloadIdentity()),
        new("serviceAccount", "Address of a service account to impersonate.", Text),
    ])
    { MayBeEmpty = true };

    private static ObjectShape WorkloadIdentity() => new("a map with projectNumber, pool, provider and tokenFile",
    [
        new("projectNumber", "Number of the pool's project.", Label) { IsRequired = true },
        new("pool", "Id of the workload identity pool.", Label) { IsRequired = true },
        new("provider", "Id of the pool's provider.", Label) { IsRequired = true },
        new("tokenFile", "Path of the token that is exchanged.", Text),
        new("oidc", "An OIDC provider that gives the token.", Oidc),
    ]);
}
