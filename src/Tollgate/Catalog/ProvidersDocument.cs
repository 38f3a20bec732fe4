using Tollgate.Protocols;

namespace Tollgate.Catalog;

/// <summary>Writes <c>docs/providers.md</c> from the catalogue.</summary>
public static class ProvidersDocument
{
    /// <summary>Writes the document as Markdown, with <c>\n</c> at the end of each line.</summary>
    public static void Write(TextWriter writer, Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(catalogue);
        writer.Write(
            """
            # Providers

            <!-- Written from src/Tollgate/Catalog/providers.yaml. Change that file, then run the tests with TOLLGATE_GOLDEN=1. -->

            A provider's `kind` is one of the names below. A request that its provider speaks natively is relayed byte for byte.
            Chat in another dialect is translated; what a provider neither speaks nor can be translated to is refused.

            | kind | provider | chat dialect | credential | found by |
            |---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var kind in catalogue.All) Line(writer, Summary(kind));
        foreach (var kind in catalogue.All) Section(writer, kind);
    }

    private static string Summary(ProviderKind kind) =>
        $"| [`{kind.Name}`](#{kind.Name}) | {kind.Title} | `{kind.Chat}` | {Credential(kind)} | {Code(kind.KeyVariables, "–")} |";

    private static void Section(TextWriter writer, ProviderKind kind)
    {
        Line(writer, "");
        Line(writer, $"## {kind.Name}");
        Line(writer, "");
        Line(writer, kind.Docs is null ? $"{kind.Title}." : $"{kind.Title}: [its API's documentation]({kind.Docs}).");
        Line(writer, "");
        Line(writer, $"- Base URL: {(kind.Url is null ? "must be given as `url`" : $"`{kind.Url}`")}");
        if (!kind.Aliases.IsEmpty) Line(writer, $"- Also called: {Code(kind.Aliases, "")}");
        if (kind.UrlVariable is not null) Line(writer, $"- Base URL from the environment: `{kind.UrlVariable}`");
        if (kind.ApiVersion is not null) Line(writer, $"- `apiVersion` by default: `{kind.ApiVersion}`");
        if (kind.Envelope != EnvelopeKind.Direct) Line(writer, $"- Envelope: {Envelope(kind.Envelope)}");
        Line(writer, $"- Relayed natively: {Code(kind.Operations.OrderBy(pair => pair.Key.Index).Select(Native), "nothing yet; chat is translated")}");
        if (!kind.Betas.IsEmpty) Line(writer, $"- Flags of `anthropic-beta` that it takes: {Code(kind.Betas, "")}; others are dropped and announced, unless the provider's `betas` names them");
        if (!kind.Models.IsEmpty) Line(writer, $"- Model names of its own: {Code(kind.Models, "")}");
        if (kind.AnyModel) Line(writer, "- Found in the environment, it serves the model names that nobody claims");
        Line(writer, $"- In metrics: `{kind.MetricName}`");
        foreach (var quirk in kind.Quirks) Line(writer, $"- {quirk}");
    }

    // The path only where it is not the usual one.
    private static string Native(KeyValuePair<Operation, string> pair) =>
        pair.Value == pair.Key.Path ? pair.Key.Name : $"{pair.Key.Name} {pair.Value}";

    private static string Credential(ProviderKind kind)
    {
        var form = kind.Credential switch
        {
            CredentialForm.Bearer => "`Authorization: Bearer`",
            CredentialForm.XApiKey => "`x-api-key`, or bearer token",
            CredentialForm.ApiKey => "`api-key`, or bearer token",
            CredentialForm.AwsSigV4 => "AWS Signature 4, or bearer token",
            CredentialForm.Google => "Google access token",
            CredentialForm.XGoogApiKey => "`x-goog-api-key`, or bearer token",
            _ => "none",
        };
        return kind.CredentialOptional ? form + ", optional" : form;
    }

    private static string Envelope(EnvelopeKind envelope) => envelope switch
    {
        EnvelopeKind.BedrockConverse => "the model in the path (`/converse`, `/converse-stream`)",
        EnvelopeKind.GeminiApi => "the model in the path (`:generateContent`)",
        EnvelopeKind.VertexGemini => "project, location and model in the path (`:generateContent`)",
        EnvelopeKind.Azure => "the deployment in the path, `api-version` in the query",
        EnvelopeKind.VertexRaw => "the model in the path (`:rawPredict`), `anthropic_version` in the body",
        _ => "the model in the path (`/invoke`), `anthropic_version` in the body, an AWS event stream back",
    };

    private static string Code(IEnumerable<string> values, string otherwise)
    {
        var all = string.Join(", ", values.Select(value => $"`{value}`"));
        return all.Length == 0 ? otherwise : all;
    }

    private static void Line(TextWriter writer, string text)
    {
        writer.Write(text);
        writer.Write('\n');
    }
}
