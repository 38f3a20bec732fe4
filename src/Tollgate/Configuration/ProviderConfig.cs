using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>A provider that the gateway may call.</summary>
public sealed record ProviderConfig
{
    /// <summary>The operator's name for it.</summary>
    public required string Name { get; init; }

    /// <summary>Entry of the catalogue.</summary>
    public required string Kind { get; init; }

    /// <summary>For the simulator: the kind whose wire format it speaks. Null: all of them.</summary>
    public string? As { get; init; }

    /// <summary>Base URL, overriding the catalogue's, without a slash at the end.</summary>
    public Uri? Url { get; init; }

    /// <summary>API key, sent as the kind sends it.</summary>
    public SecretSource? Key { get; init; }

    /// <summary>Several API keys instead of one: requests are spread over them.</summary>
    public ImmutableArray<SecretSource> Keys { get; init; } = [];

    /// <summary>A ready bearer token.</summary>
    public SecretSource? Token { get; init; }

    /// <summary>Who calls AWS. Null, with neither key nor token: the SDKs' default chain.</summary>
    public AwsConfig? Aws { get; init; }

    /// <summary>Who calls Azure, by Entra ID.</summary>
    public AzureConfig? Azure { get; init; }

    /// <summary>Who calls Google Cloud. Null, with no token: Application Default Credentials.</summary>
    public GcpConfig? Gcp { get; init; }

    /// <summary>Whether callers may bring a credential of their own. Null: they may not.</summary>
    public CredentialOverrideConfig? CredentialOverride { get; init; }

    /// <summary>AWS region.</summary>
    public string? Region { get; init; }

    /// <summary>Google Cloud project.</summary>
    public string? Project { get; init; }

    /// <summary>Google Cloud location.</summary>
    public string? Location { get; init; }

    /// <summary><c>api-version</c> of Azure; <c>anthropic_version</c> of aws-anthropic and gcp-anthropic.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>openai.chat</c> or <c>openai.responses</c>: the only one of the two that it is asked in. Null: whichever the client speaks, where the kind has both.</summary>
    public string? Dialect { get; init; }

    /// <summary>Flags of <c>anthropic-beta</c> that it takes beside those of its kind; <c>*</c> for all.</summary>
    public ImmutableArray<string> Betas { get; init; } = [];

    /// <summary>Changes to the request's headers, last before signing.</summary>
    public HeaderMutation Headers { get; init; } = HeaderMutation.None;

    /// <summary>Changes to top-level members of a JSON request, last before signing.</summary>
    public BodyMutation Body { get; init; } = BodyMutation.None;

    /// <summary>How long to wait.</summary>
    public TimeoutConfig Timeouts { get; init; } = new();

    /// <summary>TLS where the system's own way does not fit. Null: it does.</summary>
    public UpstreamTlsConfig? Tls { get; init; }

    /// <summary>How much at once.</summary>
    public FlowConfig Flow { get; init; } = new();

    /// <summary>When it is left alone. Null: as at the top level.</summary>
    public HealthConfig? Health { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}

/// <summary>Headers to set (replacing what is there) and to remove.</summary>
public sealed record HeaderMutation(ImmutableArray<KeyValuePair<string, string>> Set, ImmutableArray<string> Remove)
{
    /// <summary>Changes nothing.</summary>
    public static HeaderMutation None { get; } = new([], []);
}

/// <summary>Top-level members to set, each to raw JSON, and to remove.</summary>
public sealed record BodyMutation(ImmutableArray<KeyValuePair<string, string>> Set, ImmutableArray<string> Remove)
{
    /// <summary>Changes nothing.</summary>
    public static BodyMutation None { get; } = new([], []);
}

/// <summary>How long to wait for a provider.</summary>
public sealed record TimeoutConfig
{
    /// <summary>For a connection; 10 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For the response headers, of plain answers too. Null: <see cref="FirstToken"/> for streams, <see cref="Total"/> for the others.</summary>
    public TimeSpan? Headers { get; init; }

    /// <summary>For the first content of a stream; 60 s.</summary>
    public TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between bytes; 60 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For the whole answer; 10 min.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);
}
