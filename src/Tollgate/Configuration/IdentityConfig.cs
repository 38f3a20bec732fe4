namespace Tollgate.Configuration;

/// <summary>Who calls AWS. Nothing but a role, or nothing at all: the SDKs' default chain finds the keys.</summary>
/// <remarks>At most one of <see cref="Keys"/>, <see cref="Profile"/> with <see cref="CredentialsFile"/>, <see cref="WebIdentityTokenFile"/> and <see cref="Oidc"/>.</remarks>
public sealed record AwsConfig
{
    /// <summary>Static or session keys.</summary>
    public AwsKeysConfig? Keys { get; init; }

    /// <summary>A profile of the shared files.</summary>
    public string? Profile { get; init; }

    /// <summary>Absolute path of a shared credentials file (INI). Null: the SDKs' own place.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Absolute path of an OIDC token that STS takes for <see cref="RoleArn"/>.</summary>
    public string? WebIdentityTokenFile { get; init; }

    /// <summary>An OIDC provider whose token STS takes for <see cref="RoleArn"/>.</summary>
    public OidcConfig? Oidc { get; init; }

    /// <summary>The role to assume.</summary>
    public string? RoleArn { get; init; }

    /// <summary>What the role's owner asks for besides.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How the session is called in CloudTrail; <c>tollgate</c> by default.</summary>
    public string? SessionName { get; init; }

    /// <summary>How long a session lasts, from 15 minutes to 12 hours; null: the role's own, one hour.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Base URL of STS, for VPC endpoints. Null: the region's.</summary>
    public Uri? StsUrl { get; init; }
}

/// <summary>Lets a caller bring a credential of its own in a header, which goes to this provider in place of the configured one.</summary>
/// <param name="Header">The header; for AWS, how its headers begin. Null: the name that belongs to the kind of credential.</param>
/// <param name="Fallback">True: without it the configured credential is used. False: the caller is refused.</param>
public sealed record CredentialOverrideConfig(string? Header, bool Fallback = true);

/// <summary>Static AWS credentials.</summary>
public sealed record AwsKeysConfig(Secret AccessKeyId, Secret SecretAccessKey, Secret? SessionToken);

/// <summary>Who calls Azure. Empty: the SDK's default chain.</summary>
/// <remarks>At most one of <see cref="ClientSecret"/>, <see cref="CertificateFile"/>, <see cref="TokenFile"/>, <see cref="Oidc"/> and <see cref="ManagedIdentity"/>.</remarks>
public sealed record AzureConfig
{
    /// <summary>Directory (tenant) id.</summary>
    public string? TenantId { get; init; }

    /// <summary>Application (client) id; of a managed identity: the user-assigned one.</summary>
    public string? ClientId { get; init; }

    /// <summary>Secret of the application.</summary>
    public SecretSource? ClientSecret { get; init; }

    /// <summary>Absolute path of the application's certificate with its key: PEM, or PKCS #12.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Password of a PKCS #12 file.</summary>
    public SecretSource? CertificatePassword { get; init; }

    /// <summary>Absolute path of a federated token, as workload identity mounts it.</summary>
    public string? TokenFile { get; init; }

    /// <summary>An OIDC provider whose token Entra ID takes.</summary>
    public OidcConfig? Oidc { get; init; }

    /// <summary>True: the identity of the machine or app.</summary>
    public bool ManagedIdentity { get; init; }

    /// <summary>Entra ID of a sovereign cloud. Null: <c>AZURE_AUTHORITY_HOST</c>, else the public cloud's.</summary>
    public Uri? Authority { get; init; }

    /// <summary>Scope of the token. Null: <c>https://cognitiveservices.azure.com/.default</c>.</summary>
    public string? Scope { get; init; }
}

/// <summary>Who calls Google Cloud. Empty: Application Default Credentials.</summary>
/// <remarks>At most one of <see cref="CredentialsFile"/>, <see cref="Credentials"/>, <see cref="WorkloadIdentity"/> and <see cref="Metadata"/>.</remarks>
public sealed record GcpConfig
{
    /// <summary>Absolute path of a JSON file: a service account, an external account, an authorised user or an impersonation.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>The content of such a file.</summary>
    public Secret? Credentials { get; init; }

    /// <summary>A token of another identity provider, exchanged for Google's.</summary>
    public WorkloadIdentityConfig? WorkloadIdentity { get; init; }

    /// <summary>True: the machine's service account, from the metadata server.</summary>
    public bool Metadata { get; init; }

    /// <summary>Address of a service account to impersonate.</summary>
    public string? ServiceAccount { get; init; }
}

/// <summary>Google's workload identity federation: which pool takes the token, and where that comes from.</summary>
/// <param name="ProjectNumber">Number of the pool's project.</param>
/// <param name="Pool">Id of the workload identity pool.</param>
/// <param name="Provider">Id of the pool's provider.</param>
/// <param name="TokenFile">Absolute path of the token. Null: <paramref name="Oidc"/>.</param>
/// <param name="Oidc">An OIDC provider. Null: <paramref name="TokenFile"/>.</param>
public sealed record WorkloadIdentityConfig(string ProjectNumber, string Pool, string Provider, string? TokenFile, OidcConfig? Oidc);

/// <summary>
/// An OIDC provider that is asked for a token with the client-credentials grant (RFC 6749, section 4.4).
/// </summary>
/// <param name="Issuer">Its issuer URL, below which <c>/.well-known/openid-configuration</c> tells the rest. Null: <paramref name="TokenUrl"/>.</param>
/// <param name="TokenUrl">Its token endpoint, when there is no discovery document.</param>
/// <param name="ClientId">The client's id.</param>
/// <param name="ClientSecret">The client's secret.</param>
/// <param name="Scope">Scopes, with spaces between them. Null: none.</param>
/// <param name="Audience">Sent as <c>audience</c>, which some providers want. Null: not sent.</param>
public sealed record OidcConfig(Uri? Issuer, Uri? TokenUrl, string ClientId, SecretSource ClientSecret, string? Scope, string? Audience);
