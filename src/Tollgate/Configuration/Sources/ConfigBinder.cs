using System.Collections.Immutable;
using Tollgate.Configuration.Validation;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of a file whose shape is checked, and reports what the shape alone cannot tell.</summary>
internal sealed class ConfigBinder(ConfigContext context, string fileName, List<ConfigProblem> problems)
{
    public GatewayConfig Bind(YamlMap root)
    {
        var defaults = new GatewayConfig();
        var names = DeclaredNames.Of(root);
        var secrets = new SecretBinder(context, fileName, problems);
        var admins = new AdminBinder(secrets, problems);
        var groups = new GroupBinder(problems);
        var authentication = new AuthenticationBinder(secrets, context, problems);
        var config = new GatewayConfig
        {
            Source = fileName,
            Listen = new ListenerBinder(secrets, problems).Bind(root["listen"]) is { Length: > 0 } listen ? listen : defaults.Listen,
            Admin = Address(root.Scalar("admin")) ?? defaults.Admin,
            AdminToken = admins.Token(root),
            Admins = admins.Admins(root.Map("admins")),
            KeyStore = secrets.Store(root, "keyStore"),
            StateDir = secrets.Folder(root, "stateDir"),
            Providers = Providers(root),
            Models = new ModelBinder(names.Providers, problems).Bind(root.Map("models")),
            Clients = new ClientBinder(problems).Bind(root.Map("clients")),
            Teams = groups.Bind(root, "teams"),
            Organizations = groups.Bind(root, "organizations"),
            Authentication = authentication.Bind(root.Map("authentication")),
            Access = AuthenticationBinder.Access(root.Map("access")),
            ClientAddress = AuthenticationBinder.ClientAddress(root.Map("clientAddress")),
            Cors = authentication.Cors(root.Map("cors")),
            Default = root.Text("default"),
            AllowAnonymous = root.Flag("allowAnonymous") ?? false,
            MaxRequestBody = root.Size("maxRequestBody") ?? defaults.MaxRequestBody,
            MaxUpload = root.Size("maxUpload") ?? defaults.MaxUpload,
            Prefixes = Prefixes(root.Map("prefixes")),
            Retry = root.Retry("retry")?.Over(defaults.Retry) ?? defaults.Retry,
            KeepAlive = RoutingBinder.KeepAlive(root) ?? defaults.KeepAlive,
            Drain = new DrainConfig(root.Map("drain")?.Duration("delay") ?? defaults.Drain.Delay, root.Map("drain")?.Duration("max")),
            Health = Health(root.Map("health")),
            Proxy = root.Text("proxy") is { } proxy ? UrlText.Parse(proxy, out _) : null,
            Fetch = TranslationBinder.Fetch(root.Map("fetch")) ?? defaults.Fetch,
            Fidelity = TranslationBinder.Fidelity(root) ?? defaults.Fidelity,
            Prices = new PriceConfigBinder(names.Providers, context, problems).Bind(root.Map("prices")),
            Costs = new CostBinder(problems).Bind(root["costs"]),
            Limits = new LimitBinder(problems).Bind(root.Map("limits")),
            Reserve = new ReserveConfig(root.Map("reserve")?.Number("output") ?? defaults.Reserve.Output),
            CostReport = new CostReportConfig(root.Map("costReport")?.Flag("header") ?? true, root.Map("costReport")?.Flag("usage") ?? false),
            AccessLog = TelemetryBinder.AccessLog(root.Map("accessLog")),
            Stores = new StoreBinder(new SecretBinder(context, fileName, problems), problems).Bind(root.Map("stores")),
            Ledger = LedgerBinder.Bind(root["ledger"], fileName),
            Telemetry = new TelemetryBinder(problems).Bind(root.Map("telemetry")),
        };
        AccessRules.Check(config, names, problems);
        GroupRules.Check(config, names.Providers, problems);
        ReferenceRules.Check(root, config, names.Providers, problems);
        LimitRules.Check(config, names, problems);
        return config;
    }

    private ImmutableArray<ProviderConfig> Providers(YamlMap root)
    {
        if (root["providers"] is YamlMap { Entries.Count: 0 } empty)
        {
            problems.Error(empty.Place, "providers is empty: name at least one, such as openai: { key: \"${OPENAI_API_KEY}\" }");
        }

        var binder = new ProviderBinder(context, fileName, problems);
        return [.. (root.Map("providers")?.Entries ?? []).Select(binder.Bind).OfType<ProviderConfig>()];
    }

    private static ListenAddress? Address(YamlScalar? scalar) =>
        scalar is { IsBroken: false, IsNull: false } ? AddressText.Parse(scalar.Text, scalar.Place) : null;

    private PrefixConfig Prefixes(YamlMap? map)
    {
        var defaults = new PrefixConfig();
        if (map is null) return defaults;

        var prefixes = new PrefixConfig(
            map.Text("openai") ?? defaults.OpenAI, map.Text("anthropic") ?? defaults.Anthropic, map.Text("cohere") ?? defaults.Cohere);
        string[] all = [prefixes.OpenAI, prefixes.Anthropic, prefixes.Cohere];
        if (all.Distinct(StringComparer.OrdinalIgnoreCase).Count() < all.Length)
        {
            problems.Error(map.Place, $"two prefixes are alike ({string.Join(", ", all)}): give each API a path of its own");
        }

        return prefixes;
    }

    private HealthConfig Health(YamlMap? map)
    {
        var health = RoutingBinder.Health(map) ?? new HealthConfig();
        if (map is not null) FlowRules.Check(health, map.Place, "health", problems);
        return health;
    }
}
