using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Configuration.Values;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below <c>limits</c> and <c>reserve</c>.</summary>
internal static class LimitShapes
{
    private static readonly ScalarShape Count = new("a whole number from 1 to 1000000000000000", "integer",
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1_000_000_000_000_000 ? null : "")
    {
        Minimum = 1,
    };

    private static readonly ScalarShape Money = new("an amount in US dollars from 0.000000001 to 1000000000, such as 2.50", "number",
        text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount is >= 0.000_000_001m and <= 1_000_000_000 ? null : "");

    private static readonly ScalarShape Key = new(LimitKeyText.Expected, "string", text => LimitKeyText.Parse(text) is null ? "" : null) { Pattern = LimitKeyText.Pattern };

    private static readonly ListShape Names = new("a list of names", Text);

    private static readonly Shape Header = new FormsShape("a value, or a map such as { pattern: \"gold|silver\" }",
    [
        Text,
        new ObjectShape("a map with value or pattern",
        [
            new("value", "What the header must hold.", Text),
            new("pattern", "A regular expression that the whole value must match; RE2's syntax, without references back and look-around.", Text),
            new("invert", "true: fits when the header does not hold that, or is not there.", Flag),
        ]),
    ]);

    private static readonly ObjectShape Match = new("a map with models, providers, clients or headers",
    [
        new("models", "Model names, or globs of them.", Names),
        new("providers", "Names of providers. The limit is then a quota of theirs: while it is out, the next backend is asked.", Names),
        new("clients", "Names of clients, or globs of them.", Names),
        new("headers", "What headers of the request must hold.", new MapShape("a map of headers to what they must hold", Header)),
    ]);

    private static readonly ObjectShape Limit = new("a map such as { tokens: 100000, per: minute, by: client }",
    [
        new("requests", "How many requests.", Count),
        new("tokens", "How many tokens, in and out.", Count),
        new("inputTokens", "How many input tokens.", Count),
        new("outputTokens", "How many output tokens.", Count),
        new("money", "How much in US dollars, by the price list.", Money),
        new("cost", "How much of one of your own costs: its name, and the amount.", new MapShape("a map with one of your costs and its amount, such as { my_cost: 1000 }", Count)),
        new("per", "In what span of time; a month is a calendar month in UTC. minute by default.", OneOf("second", "minute", "hour", "day", "month")),
        new("window", "fixed: spans begin at full minutes, hours, days, months. sliding: the span ends now. fixed by default.", OneOf("fixed", "sliding")),
        new("by", "What has a counter of its own; one counter for all by default.", new FormsShape(LimitKeyText.Expected + ", or a list of them", [Key, new ListShape("a list of keys", Key)])),
        new("match", "Which requests it is for; all by default.", Match),
        new("pool", "Limits of the same pool are all charged, and a request is admitted while one of them has room.", Text),
        new("store", "local: counted by each gateway alone. shared: together with the others of the same store. local by default.", OneOf("local", "shared")),
        new("shadow", "true: who exceeds it is reported, not refused.", Flag),
    ])
    {
        Name = "limit",
        Elsewhere = ImmutableDictionary<string, string>.Empty
            .Add("limit", "name what is counted: requests:, tokens:, money:, …")
            .Add("models", "write match: { models: […] }")
            .Add("providers", "write match: { providers: […] }")
            .Add("clients", "write match: { clients: […] }")
            .Add("headers", "write match: { headers: { … } }"),
    };

    /// <summary>All of them.</summary>
    public static readonly MapShape Limits = new("a map of names to limits", Limit);

    /// <summary>What requests reserve.</summary>
    public static readonly ObjectShape Reserve = new("a map such as { output: 1024 }",
    [
        new("output", "Output tokens that a request reserves when it does not say how many it wants at most; 1024 by default.", Number(1)),
    ]);
}
