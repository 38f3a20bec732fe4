using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Translation;

/// <summary>Writes <c>docs/fidelity.md</c>: what each provider dialect cannot say, from the tables of its writer.</summary>
internal static class FidelityDocument
{
    internal static void Write(TextWriter writer)
    {
        writer.Write("# What a translation cannot say\n\n");
        writer.Write("Generated from the dialects' own tables; `./dev golden` rewrites it.\n\n");
        writer.Write("When a provider speaks the client's dialect, the request is relayed byte for byte and this page does not apply. Otherwise every\n");
        writer.Write("member is translated, or is one of these:\n\n");
        writer.Write("- **refused**: without it the answer would not be what was asked for. Another backend of the model is taken; if none can say it, the client gets a 400 that names it.\n");
        writer.Write("- **dropped**: left out. The response's header `x-tollgate-dropped` names it.\n");
        writer.Write("- **approximated**: said in other words that come near.\n");
        foreach (var dialect in DialectSet.Clients.Where(d => d.RequestRules.Count > 0))
        {
            writer.Write($"\n## From `{dialect.Name}`, whoever is asked\n\n");
            WriteRules(writer, dialect.RequestRules);
        }

        foreach (var dialect in DialectSet.All)
        {
            writer.Write($"\n## To `{dialect.Name}`\n\n");
            WriteRules(writer, dialect.Rules);
        }
    }

    private static void WriteRules(TextWriter writer, IReadOnlyList<FidelityRule> rules)
    {
        writer.Write("| member | | |\n|---|---|---|\n");
        foreach (var rule in rules.OrderBy(r => r.Outcome).ThenBy(r => r.Field, StringComparer.Ordinal))
        {
            writer.Write($"| {Cell(rule.Field)} | {Word(rule.Outcome)} | {Cell(rule.Note)} |\n");
        }
    }

    private static string Word(FidelityOutcome outcome) => outcome switch
    {
        FidelityOutcome.Approximated => "approximated",
        FidelityOutcome.Dropped => "dropped",
        _ => "refused",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
