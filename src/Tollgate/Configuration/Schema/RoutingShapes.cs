using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>How backends are picked, left alone and not overrun.</summary>
internal static class RoutingShapes
{
    private static readonly ObjectShape Probe = new("a map such as { interval: 10s, path: /models }",
    [
        new("interval", "Time between two probes.", Duration) { IsRequired = true },
        new("path", "Path below the provider's url, asked with GET; /models by default.", Path),
    ]);

    private static ScalarShape Path => new("a path such as /models", "string", text => text.StartsWith('/') && !text.Any(char.IsWhiteSpace) ? null : "") { Pattern = "^/" };

    private static readonly ConfigKey[] HealthKeys =
    [
        new("enabled", "false never leaves a failing backend alone; true by default.", Flag),
        new("failures", "Failures in a row after which a backend is left alone; 3 by default.", Number(1)),
        new("errorRate", "Share of failures in the window, in percent, that does the same; 50 by default.", Percent),
        new("minRequests", "Attempts in the window before its share of failures counts; 20 by default.", Number(1)),
        new("window", "Length of the window; 30s by default.", Duration),
        new("rest", "How long it is left alone the first time; 1500ms by default. Each further time is 60 % longer.", Duration),
        new("maxRest", "The longest rest, also of those that a provider asks for; 30s by default.", Duration),
        new("probe", "Asks the provider regularly, apart from requests. None by default.", Probe),
    ];

    /// <summary>At a provider.</summary>
    public static readonly ObjectShape Health = new("a map such as { failures: 3 }", [.. HealthKeys]) { Name = "health" };

    /// <summary>At the top of the file.</summary>
    public static readonly ObjectShape AllHealth = new("a map such as { failures: 3 }",
    [
        .. HealthKeys,
        new("maxEjected", "Share of the backends of one priority that may be left alone at once, in percent; at least one always may. 100 by default.", Percent),
    ]);

    private static readonly ObjectShape Header = new("{ header: NAME }", [new("header", "A header that clients send.", HeaderName) { IsRequired = true }]);

    private static readonly ObjectShape Mix = new("a map such as { input: 3000, output: 1000 }",
    [
        new("input", "Tokens in, cached ones included; 3000 by default.", Number(0)),
        new("output", "Tokens out; 1000 by default.", Number(0)),
        new("cachedInput", "Those of the tokens in that a cache has; 0 by default.", Number(0)),
    ]);

    private static readonly ObjectShape Map = new("a map such as { hash: session }, or { least-cost: { input: 20000, output: 500 } }",
    [
        new("hash", "What keeps requests at the same backend: session, client, or { header: NAME }.",
            new FormsShape("session, client, or { header: x-session-id }", [OneOf("session", "client"), Header])),
        new("least-cost", "The request whose cost is compared, in tokens.", Mix),
    ]);

    /// <summary>How one of several is picked.</summary>
    public static readonly Shape Balance = new FormsShape("weighted, least-busy, least-latency, least-cost, or a map such as { hash: session }",
        [OneOf("weighted", "least-busy", "least-latency", "least-cost"), Map]);

    /// <summary>A second attempt beside the first.</summary>
    public static readonly ObjectShape Hedge = new("a map such as { after: 2s }",
    [
        new("after", "How long the first backend is waited for alone.", Duration) { IsRequired = true },
    ]);

    /// <summary>What a backend costs.</summary>
    public static readonly ObjectShape Cost = new("a map such as { input: 2.50, output: 10 }",
    [
        new("input", "US dollars for a million tokens in.", Amount) { IsRequired = true },
        new("output", "US dollars for a million tokens out.", Amount) { IsRequired = true },
    ]);
}
