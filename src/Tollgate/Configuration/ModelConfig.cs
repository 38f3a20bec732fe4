using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>A model name that clients may ask for, or a glob of names.</summary>
public sealed record ModelConfig
{
    /// <summary>The name, or a glob with <c>*</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What serves it.</summary>
    public required ImmutableArray<BackendConfig> Backends { get; init; }

    /// <summary><c>owned_by</c> in model lists. Null: the first provider's kind.</summary>
    public string? OwnedBy { get; init; }

    /// <summary>What differs from the top-level <see cref="GatewayConfig.Retry"/>.</summary>
    public RetryOverrides? Retry { get; init; }

    /// <summary>What differs from its providers' own <see cref="ProviderConfig.Timeouts"/>.</summary>
    public TimeoutOverrides? Timeouts { get; init; }

    /// <summary>What clients of its streams are told while a provider thinks. Null: what the top of the file says.</summary>
    public KeepAliveConfig? KeepAlive { get; init; }

    /// <summary>When another backend is asked beside one that lets itself be waited for. Null: never.</summary>
    public HedgeConfig? Hedge { get; init; }

    /// <summary>True: a stream that breaks after text was sent is gone on with elsewhere.</summary>
    public bool Resumes { get; init; }

    /// <summary>Costs of its requests; they replace those of every request that have the same names.</summary>
    public ImmutableArray<CostConfig> Costs { get; init; } = [];

    /// <summary><c>created</c> in model lists. Null: the time the configuration was loaded.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>How one of several backends is picked.</summary>
    public BalanceConfig Balance { get; init; } = new();

    /// <summary>What may be fetched for it. Null: what the top of the file says.</summary>
    public FetchConfig? Fetch { get; init; }

    /// <summary>What becomes of what a provider's dialect cannot say. Null: what the top of the file says.</summary>
    public FidelityMode? Fidelity { get; init; }

    /// <summary>Who may ask for it, of those who may call. Null: all of them.</summary>
    public ModelAccessConfig? Access { get; init; }

    /// <summary>Which requests it serves. Null: those for <see cref="Name"/>.</summary>
    public MatchConfig? Match { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }

    /// <summary>True when <see cref="Name"/> is a glob.</summary>
    public bool IsGlob => Match is null && Name.Contains('*', StringComparison.Ordinal);
}

/// <summary>Who may ask for a model, of those who may call, and from where.</summary>
public sealed record ModelAccessConfig
{
    /// <summary>Names of <see cref="GatewayConfig.Clients"/>.</summary>
    public ImmutableArray<string> Clients { get; init; } = [];

    /// <summary>Issuers of tokens, as <see cref="JwtConfig.Issuer"/> names them.</summary>
    public ImmutableArray<string> Issuers { get; init; } = [];

    /// <summary>True: users with passwords.</summary>
    public bool Passwords { get; init; }

    /// <summary>The addresses that may. Null: all that may call.</summary>
    public AddressListConfig? Addresses { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }

    /// <summary>True when it says who; without that everybody may who may call.</summary>
    public bool NamesCallers => !Clients.IsEmpty || !Issuers.IsEmpty || Passwords;
}

/// <summary>One provider that serves a model.</summary>
public sealed record BackendConfig
{
    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Name sent to the provider. Null: the name that was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>Share among backends of the same priority.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Lower numbers first.</summary>
    public int Priority { get; init; }

    /// <summary>Changes to the request's headers, in addition to the provider's; of the same header, this one counts.</summary>
    public HeaderMutation Headers { get; init; } = HeaderMutation.None;

    /// <summary>Changes to members of a JSON request, in addition to the provider's; of the same member, this one counts.</summary>
    public BodyMutation Body { get; init; } = BodyMutation.None;

    /// <summary>What it costs. Null: what the price list says.</summary>
    public BackendCostConfig? Cost { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}
