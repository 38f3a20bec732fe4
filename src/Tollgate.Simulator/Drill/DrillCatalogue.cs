namespace Tollgate.Simulator.Drill;

/// <summary>What is rehearsed, in the order of the scorecard.</summary>
internal static class DrillCatalogue
{
    private static readonly TimeSpan OutageLength = TimeSpan.FromSeconds(6);

    internal static IReadOnlyList<DrillScenario> All { get; } =
    [
        new("healthy", "nothing goes wrong", static _ => null),
        new("throttled-once", "429 once, Retry-After: 2", static call => call.Number == 0 ? "429-2s" : null),
        new("throttled", "429 for as long as it is asked", static _ => "429-30s"),
        new("error-once", "500 once", static call => call.Number == 0 ? "500" : null),
        new("outage", "503 for as long as it is asked", static _ => "503"),
        new("html", "a proxy's 502 page", static _ => "html-502"),
        new("reset", "the connection is reset", static _ => "reset"),
        new("silent", "accepts, never answers", static _ => "timeout"),
        new("late", "headers at once, first token after 10 minutes", static _ => "late-600s") { StreamOnly = true },
        new("empty", "200 with an empty body", static _ => "empty"),
        new("garbage", "200 with something unreadable", static _ => "garbage"),
        new("cut", "the connection breaks in mid-answer", static _ => "cut-after-20"),
        new("short", "the answer stops in the middle, well-formed", static _ => "end-after-20") { StreamOnly = true },
        new("stall", "falls silent in mid-answer", static _ => "stall-after-20"),
        new("stream-error", "the provider's own error in mid-answer", static _ => "error-after-20"),
        new("garbled", "one unreadable event", static _ => "garble-after-20") { StreamOnly = true },
        new("unended", "no end mark, connection closed", static _ => "unended") { StreamOnly = true },
        new("lingering", "no end mark, connection left open", static _ => "lingers") { StreamOnly = true },
        new("wrong-key", "401: the key is not valid", static _ => "401"),
        new("context-length", "the prompt is too long for the model", static _ => "context-length"),
        new("content-filter", "the provider's policy forbids the prompt", static _ => "content-filter"),
        new("outage-6s", "down for 6 s under 15 requests, then up", static call => call.Elapsed < OutageLength ? "503" : null) { Outage = OutageLength },
        new("all-down", "every provider answers 503", static _ => "503") { HitsAll = true },
        new("all-silent", "no provider answers", static _ => "timeout") { HitsAll = true },
    ];
}
