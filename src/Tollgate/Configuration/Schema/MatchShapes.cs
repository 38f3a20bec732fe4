using Tollgate.Configuration.Values;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below a model's <c>match</c>, and what a backend changes of its provider's requests.</summary>
internal static class MatchShapes
{
    private static readonly ScalarShape Pattern = new("a regular expression", "string", PatternText.Complaint);

    private static readonly ObjectShape Regex = new("{ regex: EXPRESSION }",
    [
        new("regex", "A regular expression (RE2 syntax) that the whole text must match.", Pattern) { IsRequired = true },
    ]);

    private static readonly FormsShape TextOrRegex = new("a text, or { regex: EXPRESSION }", [Text, Regex]);

    /// <summary>Which requests a model serves.</summary>
    public static readonly ObjectShape Match = new("a map such as { model: gpt-4o, headers: { x-tier: gold } }",
    [
        new("model", "The model asked for: a name, a glob or { regex: … }; the name of this entry by default.", TextOrRegex),
        new("headers", "What headers must hold: a text, or { regex: … }.", new MapShape("a map of header names to texts", TextOrRegex)),
        new("hosts", "Hosts that callers address. Who addresses one of them is served by the models that name it, and by no others.",
            new ListShape("a list of host names", HostPattern)),
    ])
    { Name = "match" };
}
