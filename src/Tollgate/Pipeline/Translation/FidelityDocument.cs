using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Translation;

/// <summary>Writes <c>docs/fidelity.md</c>: what each provider dialect cannot say, from the tables of its writer.</summary>
internal static class FidelityDocument
{
    /// <summary>What every pair of dialects is tested with.</summary>
    internal static readonly string[] Features = ["text", "parallel tools", "images", "structured output", "thinking", "usage", "errors", "errors in mid-stream"];

    internal static void Write(TextWriter writer)
    {
        WriteGrid(writer);
        writer.Write("\n# What a translation cannot say\n\n");
        writer.Write("When a provider speaks the client's dialect, the request is relayed byte for byte and this page does not apply. Otherwise every\n");
        writer.Write("member is translated, or is one of these:\n\n");
        writer.Write("- **refused**: without it the answer would not be what was asked for. Another backend of the model is taken; if none can say it, the client gets a 400 that names it.\n");
        writer.Write("- **dropped**: left out. The response's header `x-tollgate-dropped` names it.\n");
        writer.Write("- **approximated**: said in other words that come near.\n\n");
        writer.Write("With [`fidelity: strict`](config.md#when-the-provider-speaks-another-dialect) all of it is refused but what bears a *: there the answer\n");
        writer.Write("is the one that was asked for all the same. What is lost is a hint, a name or an id that is put back, the form of a turn, or a thought\n");
        writer.Write("that only its minter could read.\n");
        foreach (var dialect in DialectSet.Clients.Where(d => d.RequestRules.Count > 0)) Write(writer, $"From `{dialect.Name}`, whoever is asked", "member", dialect.RequestRules);
        foreach (var dialect in DialectSet.All) Write(writer, $"To `{dialect.Name}`", "member", dialect.Rules);
        writer.Write("\n# What of an answer a translation cannot say\n\n");
        writer.Write("An answer has been paid for, so nothing of it is refused. What is dropped is named in `x-tollgate-dropped`; of a stream, whose headers are\n");
        writer.Write("gone by then, in the access log (`dropped`) and the metric `tollgate.translation.dropped`. What is omitted tells of the service and nothing\n");
        writer.Write("of the answer, and is not announced.\n");
        foreach (var dialect in DialectSet.Clients) Write(writer, $"For clients of `{dialect.Name}`", "in the answer", dialect.AnswerRules);
    }

    private static void WriteGrid(TextWriter writer)
    {
        writer.Write("# Which client reaches which provider\n\n");
        writer.Write("Generated from the dialects' own tables; `./dev golden` rewrites it.\n\n");
        writer.Write($"Every translated pair is run, whole and streamed, with {string.Join(", ", Features)} (`FeatureGridTests`), and through a\n");
        writer.Write("conversation of three turns whose ids, signatures and order must come back as they were (`ConversationTests`). `anthropic.messages` is\n");
        writer.Write("Anthropic itself, Vertex AI and Bedrock's InvokeModel.\n\n");
        writer.Write($"| client \\ provider | {string.Join(" | ", DialectSet.All.Select(d => $"`{d.Name}`"))} |\n|---|{string.Concat(DialectSet.All.Select(_ => "---|"))}\n");
        foreach (var client in DialectSet.Clients)
        {
            writer.Write($"| `{client.Name}` | {string.Join(" | ", DialectSet.All.Select(d => d.Name == client.Name ? "relayed" : "translated"))} |\n");
        }
    }

    private static void Write(TextWriter writer, string title, string column, IReadOnlyList<FidelityRule> rules)
    {
        writer.Write($"\n## {title}\n\n| {column} | | |\n|---|---|---|\n");
        foreach (var rule in rules.OrderBy(r => r.Outcome).ThenBy(r => r.Field, StringComparer.Ordinal))
        {
            writer.Write(Line(rule));
        }
    }

    /// <summary>A rule as a line of a table.</summary>
    internal static string Line(FidelityRule rule) => $"| {Cell(rule.Field)} | {Word(rule.Outcome)}{(rule.IsHarmless ? " \\*" : "")} | {Cell(rule.Note)} |\n";

    private static string Word(FidelityOutcome outcome) => outcome switch
    {
        FidelityOutcome.Approximated => "approximated",
        FidelityOutcome.Dropped => "dropped",
        FidelityOutcome.Omitted => "omitted",
        _ => "refused",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
