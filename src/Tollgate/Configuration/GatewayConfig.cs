using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>What the operator wrote, before it is compiled: plain values with their places.</summary>
public sealed record GatewayConfig
{
    /// <summary>Addresses where clients call, such as <c>127.0.0.1:1975</c>.</summary>
    public ImmutableArray<ListenAddress> Listen { get; init; } = [ListenAddress.DefaultClients];

    /// <summary>The address of metrics, health and the redacted configuration. Never on the client port.</summary>
    public ListenAddress Admin { get; init; } = ListenAddress.DefaultAdmin;

    /// <summary>Opens the admin API to the operator. Null: a token is made at the first start, in the state directory.</summary>
    public SecretSource? AdminToken { get; init; }

    /// <summary>Who else may use the admin API, for one team or organisation.</summary>
    public ImmutableArray<AdminConfig> Admins { get; init; } = [];

    /// <summary>Absolute path of the folder for what outlives the process. Null: as the host was told.</summary>
    public string? StateDir { get; init; }

    /// <summary>Where keys that are made at run time are kept: <c>off</c>, <c>file:PATH</c>, or another scheme. Null: a file in the state directory.</summary>
    public Secret? KeyStore { get; init; }

    /// <summary>What the gateway may call, in the order written.</summary>
    public ImmutableArray<ProviderConfig> Providers { get; init; } = [];

    /// <summary>What clients may ask for, in the order written.</summary>
    public ImmutableArray<ModelConfig> Models { get; init; } = [];

    /// <summary>Who may call. Empty: everybody who reaches the port.</summary>
    public ImmutableArray<ClientConfig> Clients { get; init; } = [];

    /// <summary>Teams of clients, in the order written.</summary>
    public ImmutableArray<GroupConfig> Teams { get; init; } = [];

    /// <summary>Organisations of teams, in the order written.</summary>
    public ImmutableArray<GroupConfig> Organizations { get; init; } = [];

    /// <summary>How callers show who they are, beside <see cref="Clients"/>.</summary>
    public AuthenticationConfig Authentication { get; init; } = new();

    /// <summary>Which addresses may call. Null: all.</summary>
    public AddressListConfig? Access { get; init; }

    /// <summary>How the address of a caller behind proxies is found. Null: it is that of the connection.</summary>
    public ClientAddressConfig? ClientAddress { get; init; }

    /// <summary>Which web pages may call. Null: none.</summary>
    public CorsConfig? Cors { get; init; }

    /// <summary>Provider of forwarded operations (files, batches, …) when the request names none.</summary>
    public string? Default { get; init; }

    /// <summary>Listening beyond loopback without <see cref="Clients"/> is refused unless this is true.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Largest JSON request body, in bytes.</summary>
    public long MaxRequestBody { get; init; } = 64L * 1024 * 1024;

    /// <summary>Largest multipart or forwarded upload, in bytes.</summary>
    public long MaxUpload { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Where each API begins.</summary>
    public PrefixConfig Prefixes { get; init; } = new();

    /// <summary>Attempts and waiting.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>What clients of streams are told while a provider thinks; a model's own wins.</summary>
    public KeepAliveConfig KeepAlive { get; init; } = new();

    /// <summary>How the process ends.</summary>
    public DrainConfig Drain { get; init; } = new();

    /// <summary>When failing providers are left alone; a provider's own wins.</summary>
    public HealthConfig Health { get; init; } = new();

    /// <summary>The proxy that everything on the network goes through, with TLS untouched. Null: none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>What may be fetched for providers that take no addresses.</summary>
    public FetchConfig Fetch { get; init; } = new();

    /// <summary>What becomes of what a provider's dialect cannot say.</summary>
    public FidelityMode Fidelity { get; init; }

    /// <summary>The access log.</summary>
    public AccessLogConfig AccessLog { get; init; } = new();

    /// <summary>The operator's own prices, in the order written.</summary>
    public ImmutableArray<PriceConfig> Prices { get; init; } = [];

    /// <summary>Costs of every request, in the order written.</summary>
    public ImmutableArray<CostConfig> Costs { get; init; } = [];

    /// <summary>How much may be used, in the order written.</summary>
    public ImmutableArray<LimitConfig> Limits { get; init; } = [];

    /// <summary>What requests reserve of limits.</summary>
    public ReserveConfig Reserve { get; init; } = new();

    /// <summary>What clients are told of costs.</summary>
    public CostReportConfig CostReport { get; init; } = new();

    /// <summary>What is shared with other gateways.</summary>
    public StoresConfig Stores { get; init; } = new();
    /// <summary>Where usage is kept for good. Null: nobody said.</summary>
    public LedgerConfig? Ledger { get; init; }

    /// <summary>What is told of requests.</summary>
    public TelemetryConfig Telemetry { get; init; } = new();

    /// <summary>Where the configuration came from, for messages: a path, or words such as <c>the environment</c>.</summary>
    public string Source { get; init; } = "";
}

/// <summary>Paths below which each API is served.</summary>
public sealed record PrefixConfig(string OpenAI = "/v1", string Anthropic = "/anthropic/v1", string Cohere = "/cohere/v2");

/// <summary>Attempts over all backends together, and how long they may take.</summary>
public sealed record RetryConfig(int Attempts = 3, TimeSpan? Deadline = null, TimeSpan? MaxWait = null)
{
    /// <summary>False: a backend that failed is followed by the next one at once, and not asked a second time before.</summary>
    public bool Again { get; init; } = true;
}

/// <summary>How the process ends once it is told to.</summary>
/// <param name="Delay">How long it goes on accepting requests while <c>/readyz</c> says that it will end; 0 by default.</param>
/// <param name="Max">How long running requests may take from then on; 10 min by default.</param>
public sealed record DrainConfig(TimeSpan Delay = default, TimeSpan? Max = null);

/// <summary>The access log: one JSON line a request on standard output.</summary>
/// <param name="Enabled">False switches it off.</param>
/// <param name="Bodies">True adds request and response bodies. Off by default: they hold what users wrote.</param>
/// <param name="Sample">Share, from 0 to 1, of the requests that went well which get a line. Failed ones always do.</param>
public sealed record AccessLogConfig(bool Enabled = true, bool Bodies = false, double Sample = 1);

/// <summary>A caller of the gateway.</summary>
/// <param name="Name">Appears in logs and metrics.</param>
/// <param name="KeySha256">SHA-256 of the key that the caller sends, 32 bytes; empty when it shows a certificate instead. The key itself is not kept.</param>
public sealed record ClientConfig(string Name, ImmutableArray<byte> KeySha256)
{
    /// <summary>Common name of the certificate that the caller shows on a listener with <c>tls.clientCa</c>. Null: it sends a key.</summary>
    public string? Certificate { get; init; }

    /// <summary>Model names, or globs of them, that it may ask for. Empty: all.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Its team: a name of <see cref="GatewayConfig.Teams"/>. Null: none.</summary>
    public string? Team { get; init; }

    /// <summary>Names of the providers that may serve it. Empty: all.</summary>
    public ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>Budget and limits of its own.</summary>
    public ImmutableArray<Allowance> Allowances { get; init; } = [];

    /// <summary>When it stops to work. Null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}
