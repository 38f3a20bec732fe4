using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>The configuration file from its top: every key, what it may hold, and what it does.</summary>
internal static class ConfigShapes
{
    private static readonly ObjectShape Prefixes = new("a map such as { openai: /v1 }",
    [
        new("openai", "Path of OpenAI's API; /v1 by default.", Prefix),
        new("anthropic", "Path of Anthropic's API; /anthropic/v1 by default.", Prefix),
        new("cohere", "Path of Cohere's API; /cohere/v2 by default.", Prefix),
    ]);

    private static readonly ObjectShape Drain = new("a map such as { delay: 5s, max: 5m }",
    [
        new("delay", "How long requests are still accepted after the signal to stop, while /readyz answers 503; 0s by default.", DurationOrZero),
        new("max", "How long running requests may take from then on; 10m by default.", Duration),
    ]);

    private static readonly ObjectShape Tls = new("a map with cert and key",
    [
        new("cert", "Path of the certificate (PEM), followed by those between it and the root, or { pem: TEXT }. Read again when it changes.", UpstreamTlsShapes.Pem) { IsRequired = true },
        new("key", "Path of its key (PEM, without a password), or { pem: TEXT }.", UpstreamTlsShapes.Pem) { IsRequired = true },
        new("clientCa", "Path of the certificates (PEM) that vouch for callers, or { pem: TEXT }; callers must then show one of theirs.", UpstreamTlsShapes.Pem),
        new("minVersion", "Oldest version of TLS that is taken; 1.2 by default.", OneOf("1.2", "1.3")),
    ]);

    private static readonly ObjectShape Listener = new("a map such as { address: \"*:443\", tls: { cert: PATH, key: PATH } }",
    [
        new("address", "Where to listen.", Address) { IsRequired = true },
        new("tls", "Serves https.", Tls),
        new("http2", "true: clear text is HTTP/2 only (h2c). With tls both versions are offered anyway.", Flag),
    ])
    { Name = "listener" };

    private static readonly Shape Listen = new FormsShape("an address such as 127.0.0.1:1975, a map with address: and tls:, or a list of them",
        [Address, Listener, new ListShape("a list of addresses", new FormsShape("an address such as 127.0.0.1:1975, or a map with address: and tls:", [Address, Listener]))]);

    private static readonly ObjectShape CostReport = new("a map such as { header: false }",
    [
        new("header", "Tells the client what its request cost in the header x-tollgate-cost, where the answer comes in one piece; true by default.", Flag),
        new("usage", "Adds the cost to the answer's usage, as cost, in streams too; false by default.", Flag),
    ]);

    private static readonly ScalarShape KeyStore = SecretText with
    {
        Expected = "off, file:PATH, sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
        Pattern = "^(off|file:.+|sqlite:.+|postgres://.+)$",
        Complaint = text => text == "off" || (text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < text.Length - 1) ? null : "",
    };

    /// <summary>The whole file.</summary>
    public static readonly ObjectShape File = new("a map with providers: and models:",
    [
        new("listen", "Where clients call: an address or a list. Port 0 picks a free one. 127.0.0.1:1975 by default.", Listen),
        new("admin", "Where metrics, health and the redacted configuration are served; 127.0.0.1:1064 by default.", Address),
        new("providers", "What the gateway may call, by your own names.", new MapShape("a map of names to providers", ProviderShapes.Provider)) { IsRequired = true },
        new("models", "What clients may ask for: exact names first, then globs in the order written.", new MapShape("a map of model names to providers", ModelShapes.Model)),
        new("clients", "Who may call, by name. Without it everybody who reaches the port may.", ClientShapes.Clients),
        new("teams", "Teams of clients, by name. What a team may not do, none of its clients may.", ClientShapes.Teams),
        new("organizations", "Organisations of teams, by name. What an organisation may not do, none of its teams may.", ClientShapes.Organizations),
        new("authentication", "How callers show who they are, beside keys and certificates of clients.", AuthenticationShapes.Authentication),
        new("access", "Which addresses may call at all; all by default.", AuthenticationShapes.Access),
        new("clientAddress", "Proxies in front of the gateway that are believed to say where a request comes from; none by default.", AuthenticationShapes.ClientAddress),
        new("cors", "Which web pages may call; none by default.", AuthenticationShapes.Cors),
        new("adminToken", "The token that opens the admin API, 16 characters or more. By default one is made at the first start, in the file admin-token of the state directory.", IdentityShapes.SecretOrFile),
        new("admins", "Who else may use the admin API, for the keys of one team or organisation.", AdminShapes.Admins),
        new("keyStore", "Where keys that are made at run time are kept: off, file:PATH, sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE. By default the file keys.json of the state directory.", KeyStore),
        new("stateDir", "Folder for what outlives the process; $XDG_STATE_HOME/tollgate (~/.local/state/tollgate) by default.", Text),
        new("default", "Provider of forwarded operations (files, batches, fine-tuning) when the request names no model.", Text),
        new("allowAnonymous", "true lets everybody call although the gateway listens beyond this machine.", Flag),
        new("maxRequestBody", "Largest JSON request; 64MB by default.", Size),
        new("maxUpload", "Largest multipart or forwarded upload; 1GB by default.", Size),
        new("prefixes", "Paths below which each API is served.", Prefixes),
        new("proxy", "Proxy that providers are reached through, such as http://proxy.my.org:3128. TLS to providers passes it untouched.", UpstreamTlsShapes.Proxy),
        new("retry", "Attempts and waiting.", ModelShapes.Retry),
        new("keepAlive", "What streaming clients are told while a provider thinks; 15s by default.", ModelShapes.KeepAlive),
        new("drain", "How the process ends once it is told to.", Drain),
        new("health", "When a failing provider is left alone. A provider's own health: replaces it.", RoutingShapes.AllHealth),
        new("fetch", "What may be fetched from addresses in requests, for providers that take content inline only. Nothing by default.", ModelShapes.Fetch),
        new("fidelity", "strict: a provider of another dialect is asked only when it can be told everything that shapes the answer. announce by default: what it cannot be told is left out and named in a header.", ModelShapes.Fidelity),
        new("prices", "Prices of your own, by provider (or kind) and model. They come before the public ones that the gateway knows.", new MapShape("a map of providers to models and prices", PriceShapes.Models)),
        new("costs", "Costs of your own, worked out for every request from what it used.", CostShapes.Costs),
        new("limits", "How much may be used, by whom, in what span of time.", LimitShapes.Limits),
        new("reserve", "What requests reserve of limits before they are made.", LimitShapes.Reserve),
        new("costReport", "What clients are told of costs.", CostReport),
        new("accessLog", "The access log.", TelemetryShapes.AccessLog),
        new("stores", "What several gateways share.", StoreShapes.Stores),
        new("ledger", "Where the usage of every request is kept for good. tollgate run keeps it in a file of the state directory unless this says otherwise.", LedgerShapes.Ledger),
        new("telemetry", "What is told of requests.", TelemetryShapes.Telemetry),
    ])
    {
        Elsewhere = ImmutableDictionary<string, string>.Empty
            .Add("provider", "write providers:, with a name for each")
            .Add("limit", "write limits:, with a name for each")
            .Add("model", "write models:, with a line for each name")
            .Add("key", "a key belongs to a provider or a client: write providers.NAME.key")
            .Add("timeouts", "time-outs belong to a provider or a model: write providers.NAME.timeouts or models.NAME.timeouts"),
    };
}
