using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below <c>models</c>.</summary>
internal static class ModelShapes
{
    /// <summary>Attempts and waiting, at the top of the file and for one model.</summary>
    public static readonly ObjectShape Retry = new("a map such as { attempts: 1, deadline: 2m }",
    [
        new("attempts", "Attempts over all backends together; 1 never retries.", Number(1)),
        new("deadline", "Longest time over all attempts, until an answer begins; 2m by default, and then it does not end an attempt that runs.", Duration),
        new("again", "false asks the next backend at once after a failure that may pass; true (default) asks the one that failed once more before.", Flag),
        new("maxWait", "Longest Retry-After that is waited for; a longer one is passed on to the caller.", Duration),
    ])
    { Name = "retry" };

    /// <summary>Heartbeats, at the top of the file and for one model.</summary>
    public static readonly FormsShape KeepAlive = new("a duration such as 15s, 0s, or a map such as { interval: 10s, beforeCommit: true }",
    [
        DurationOrZero,
        new ObjectShape("a map such as { interval: 10s, beforeCommit: true }",
        [
            new("interval", "After how long a silence a streaming client is told that the answer goes on; 15s by default, 0s never.", DurationOrZero),
            new("beforeCommit", "true: also before the first content. No other attempt is made after that, and errors come in the stream. false by default.", Flag),
        ])
        { Name = "keepAlive" },
    ]);

    /// <summary>Fetching of what requests refer to, at the top of the file and for one model.</summary>
    public static readonly ObjectShape Fetch = new("a map such as { images: true }",
    [
        new("images", "Pictures; false by default.", Flag),
        new("documents", "PDF and plain text; false by default.", Flag),
        new("http", "Also from addresses that begin with http://; false by default.", Flag),
        new("hosts", "Hosts that may be fetched from, such as cdn.my.org or *.my.org; every public host by default.", new ListShape("a list of host names", HostPattern)),
        new("maxBytes", "Largest item; 10MB by default.", Size),
        new("timeout", "For all items of a request together; 10s by default.", Duration),
    ])
    { Name = "fetch" };

    /// <summary>What becomes of what a provider cannot be told.</summary>
    public static readonly ScalarShape Fidelity = OneOf("announce", "strict");

    private static readonly ObjectShape Backend = new("a map such as { provider: openai }",
    [
        new("provider", "Name of the provider.", Text) { IsRequired = true },
        new("model", "Name sent to the provider; the name asked for by default.", Text),
        new("weight", "Share among backends of the same priority; 1 by default, 0 takes it out.", Number(0)),
        new("priority", "Lower numbers first; 0 by default.", Number(0)),
        new("cost", "What it costs, for balance: least-cost.", RoutingShapes.Cost),
        new("headers", "Changes to the request's headers, in addition to the provider's.", ProviderShapes.Headers),
        new("body", "Changes to top-level members of a JSON request, in addition to the provider's.", ProviderShapes.Body),
    ])
    { Name = "backend" };

    private static readonly ListShape Backends = new("a list of providers, such as [openai, azure]",
        new FormsShape("a provider's name, or a map such as { provider: openai }", [Text, Backend]));

    private static readonly ObjectShape LongForm = new("a map with backends:",
    [
        new("backends", "What serves it.", new FormsShape("a provider's name or a list of providers", [Text, Backends])) { IsRequired = true },
        new("match", "Which requests it serves, where the name of the model alone does not tell. Models with match: come first, in the order written.", MatchShapes.Match),
        new("access", "Who may ask for it, of those who may call; all of them by default.", AuthenticationShapes.ModelAccess),
        new("ownedBy", "owned_by in model lists; the kind of the first provider by default.", Text),
        new("created", "created in model lists: a date, or seconds since 1970.", Time),
        new("costs", "Costs of this model's requests; they come before those at the top with the same names.", CostShapes.Costs),
        new("balance", "How one of several backends is picked; weighted by default.", RoutingShapes.Balance),
        new("brokenStream", "What happens when a stream breaks after text was sent: it ends with an error event (the default), or another backend goes on where it stopped.", OneOf("error", "resume")),
        new("retry", "What differs from the top-level retry.", Retry),
        new("hedge", "Asks another backend too when the first has no content after a while; the first content answers. Never by default.", RoutingShapes.Hedge),
        new("keepAlive", "What its streaming clients are told while a provider thinks; instead of the keepAlive at the top.", KeepAlive),
        new("timeouts", "What differs from its providers' own timeouts.", ProviderShapes.Timeouts),
        new("fetch", "What may be fetched from addresses in requests, for providers that take content inline only; instead of the fetch at the top.", Fetch),
        new("fidelity", "strict: a provider of another dialect is asked only when it can be told everything that shapes the answer; instead of the fidelity at the top.", Fidelity),
    ])
    {
        Name = "model",
        Elsewhere = new[] { "provider", "model", "weight", "priority" }.ToImmutableDictionary(
            key => key, _ => "a backend stands in a list, write - { provider: …, model: … }", StringComparer.Ordinal),
    };

    /// <summary>The value of one model name.</summary>
    public static readonly FormsShape Model = new("a provider's name, a list of providers, or a map with backends:", [Text, Backends, LongForm]);
}
