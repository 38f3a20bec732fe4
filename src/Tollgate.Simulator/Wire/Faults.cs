using System.Globalization;

namespace Tollgate.Simulator.Wire;

/// <summary>
/// What is to go wrong with one answer, and how fast it comes: read from the model's name (<c>sim/429</c>), the query
/// (<c>?sim=slow-2s</c>) and the header <c>x-sim</c>. Several are joined with <c>+</c>.
/// </summary>
internal sealed record Faults
{
    public TimeSpan? FirstToken { get; init; }

    public double? TokensPerSecond { get; init; }

    /// <summary>Answer with this error status.</summary>
    public int? Status { get; init; }

    public int? RetryAfter { get; init; }

    /// <summary>Never answer.</summary>
    public bool Timeout { get; init; }

    /// <summary>Break the connection before the headers.</summary>
    public bool Reset { get; init; }

    public bool Garbage { get; init; }

    public bool Empty { get; init; }

    public bool Html { get; init; }

    /// <summary>Break the connection after that many tokens.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Fall silent after that many tokens.</summary>
    public int? StallAfter { get; init; }

    /// <summary>Send the dialect's own in-stream error after that many tokens.</summary>
    public int? ErrorAfter { get; init; }

    /// <summary>Close as if that were all after that many tokens: a well-formed body that lacks its end.</summary>
    public int? EndAfter { get; init; }

    /// <summary>Send one event that cannot be read after that many tokens.</summary>
    public int? GarbleAfter { get; init; }

    /// <summary>Headers (and the dialect's opening event) at once, the first token after that time.</summary>
    public TimeSpan? Late { get; init; }

    /// <summary>Leave out the mark that ends a stream: <c>[DONE]</c>, <c>message_stop</c>.</summary>
    public bool Unended { get; init; }

    /// <summary>Keep the connection open after the last event.</summary>
    public bool Lingers { get; init; }

    /// <summary>Refuse in the provider's own words.</summary>
    public NamedRefusal? Named { get; init; }

    /// <summary>OpenAI-compatible answers carry <c>reasoning_content</c>, as DeepSeek and vLLM write it.</summary>
    public bool Reasoning { get; init; }

    /// <summary>Tokens that an answer needs for its fault to happen inside it.</summary>
    public int NeedsTokens => Math.Max(Math.Max(CutAfter ?? 0, EndAfter ?? 0), Math.Max(StallAfter ?? 0, ErrorAfter ?? 0));

    /// <summary>Adds the knobs of one place. Unknown words are left alone: a model may be called anything.</summary>
    public Faults With(string? knobs)
    {
        var faults = this;
        foreach (var knob in (knobs ?? "").Split(['+', ',', ';', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            faults = faults.WithOne(knob.StartsWith("sim/", StringComparison.Ordinal) ? knob[4..] : knob);
        }

        return faults;
    }

    /// <summary>Adds the knobs in a model's name: what follows <c>sim/</c>, or <c>sim-</c> where a slash is not possible.</summary>
    public Faults WithModel(string model)
    {
        var at = model.StartsWith("sim-", StringComparison.Ordinal) || model.StartsWith("sim/", StringComparison.Ordinal)
            ? 4 : model.IndexOf("/sim/", StringComparison.Ordinal) is >= 0 and var slash ? slash + 5 : 0;
        return at == 0 ? this : With(model[at..]);
    }

    private Faults WithOne(string knob)
    {
        var (name, number) = Parts(knob);
        return (name, number) switch
        {
            ("slow", _) => this with { FirstToken = Span(knob, "slow-") ?? TimeSpan.FromSeconds(5) },
            ("latency", _) => this with { FirstToken = Span(knob, "latency=") ?? FirstToken },
            ("tps", { } tps) => this with { TokensPerSecond = tps },
            ("timeout", _) => this with { Timeout = true },
            ("reset", _) => this with { Reset = true },
            ("garbage", _) => this with { Garbage = true },
            ("empty", _) => this with { Empty = true },
            ("reasoning", _) => this with { Reasoning = true },
            ("html", _) => this with { Html = true, Status = (int)(number ?? 502) },
            ("cut-after", { } count) => this with { CutAfter = (int)count },
            ("stall-after", { } count) => this with { StallAfter = (int)count },
            ("error-after", { } count) => this with { ErrorAfter = (int)count },
            ("end-after", { } count) => this with { EndAfter = (int)count },
            ("garble-after", { } count) => this with { GarbleAfter = (int)count },
            ("late", _) => this with { Late = Span(knob, "late-") ?? TimeSpan.FromSeconds(5) },
            ("unended", _) => this with { Unended = true },
            ("lingers", _) => this with { Unended = true, Lingers = true },
            ("context-length", _) => this with { Named = NamedRefusal.ContextLength },
            ("content-filter", _) => this with { Named = NamedRefusal.ContentFilter },
            _ => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599
                ? this with { Status = status, RetryAfter = Span(knob, name + "-") is { } wait ? (int)wait.TotalSeconds : RetryAfter }
                : this,
        };
    }

    /// <summary><c>cut-after-20</c> is (cut-after, 20), <c>tps=50</c> is (tps, 50), <c>429</c> is (429, null).</summary>
    private static (string Name, double? Number) Parts(string knob)
    {
        var at = knob.IndexOf('=', StringComparison.Ordinal);
        if (at < 0) at = knob.LastIndexOf('-');
        if (at <= 0) return (knob, null);
        var value = knob[(at + 1)..];
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return (knob[..at], number);
        return Duration(value) is null ? (knob, null) : (knob[..at], null);
    }

    private static TimeSpan? Span(string knob, string prefix) =>
        knob.StartsWith(prefix, StringComparison.Ordinal) ? Duration(knob[prefix.Length..]) : null;

    private static TimeSpan? Duration(string text)
    {
        var milliseconds = text.EndsWith("ms", StringComparison.Ordinal);
        var digits = milliseconds ? text[..^2] : text.EndsWith('s') ? text[..^1] : text;
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 86_400_000
            ? milliseconds ? TimeSpan.FromMilliseconds(number) : TimeSpan.FromSeconds(number) : null;
    }
}
