using Tollgate.Catalog;
using Tollgate.Protocols;
using Tollgate.Protocols.Translators;

namespace Tollgate.Pipeline.Translation;

/// <summary>Writes <c>docs/operations.md</c>: which operation is served by which kind of provider and how, from the catalogue and the translators.</summary>
internal static class OperationsDocument
{
    private const string Intro =
        """
        # Operations and providers

        Generated from the catalogue and the translators; `./dev golden` rewrites it.

        - `=` relayed byte for byte: the provider speaks the operation itself.
        - `→` translated: the provider is asked in its own words, and what it cannot say is in the tables below.
        - `≈` estimated by the gateway, because the provider has no such operation. The response's header `x-tollgate-estimated` names the member.
        - empty: not there. A request goes to another backend of the model, or is refused with a 400 that says so.

        Where a provider takes less at once than the client may send (a text a call, 96 texts a call), one request becomes several calls,
        up to eight side by side, each signed by itself. `timeouts.total` holds for all of them together; the answer comes when all have been
        answered, in the order of the request, with their usage summed; the first failure ends the rest and is the answer, or the reason for
        another attempt.


        """;

    private const string Estimate =
        """

        Worked out from the texts without a vocabulary; no provider is asked, nothing is billed, and the access log has no usage. Against OpenAI's
        `o200k_base`, on samples of some hundred characters: English prose and questions within 12 %, code, JSON and log lines 5 % to 14 % too
        many, other European languages within 12 %, Chinese, Japanese, Korean, Arabic, Hindi and Thai within 7 %, base64 and numbers within
        1 %, long identifiers up to 50 % too many. Other vocabularies differ from that one: Claude's makes more tokens of the same text. An image or
        a sound is taken for 800 tokens, a document that is not text for 3,000, what surrounds a message for 4, a tool for 8.

        """;

    private static readonly Operation[] Columns = [.. Operations.All.Where(o => o.Body == BodyKind.Json)];

    internal static void Write(TextWriter writer, Catalogue catalogue)
    {
        writer.Write(Intro.ReplaceLineEndings("\n"));
        writer.Write($"| kind | {string.Join(" | ", Columns.Select(o => $"`{o.Name}`"))} |\n|---|{string.Concat(Columns.Select(_ => ":-:|"))}\n");
        foreach (var kind in catalogue.All) writer.Write($"| `{kind.Name}` | {string.Join(" | ", Columns.Select(o => Mark(kind, o)))} |\n");
        foreach (var (operation, translator) in TranslatorSet.All) Section(writer, operation, translator);
    }

    private static string Mark(ProviderKind kind, Operation operation)
    {
        if (kind.Operations.ContainsKey(operation)) return "=";
        if (TranslatorSet.Find(kind, operation) is { } translator) return translator.IsEstimate ? "≈" : "→";
        return DialectSet.Client(operation) is not null && DialectSet.Upstream(kind.Chat) is not null ? "→" : " ";
    }

    private static void Section(TextWriter writer, Operation operation, OperationTranslator translator)
    {
        writer.Write($"\n## `{operation.Name}` to {translator.Name}\n");
        if (translator.IsEstimate) writer.Write(Estimate.ReplaceLineEndings("\n"));
        if (translator.RulesOf is { } dialect) writer.Write($"\nIt is written in `{dialect}`: what that cannot say is in [fidelity.md](fidelity.md#to-{dialect.Replace(".", "", StringComparison.Ordinal)}).\n");
        if (translator.OwnRules.Count == 0) return;
        writer.Write("\n| member | | |\n|---|---|---|\n");
        foreach (var rule in translator.OwnRules.OrderBy(r => r.Outcome).ThenBy(r => r.Field, StringComparer.Ordinal).ThenBy(r => r.Note, StringComparer.Ordinal)) writer.Write(FidelityDocument.Line(rule));
    }
}
