using Tollgate.Configuration.Schema;
using Tollgate.Protocols;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Catalog;

/// <summary>What <c>providers.yaml</c> may hold.</summary>
internal static class CatalogueShapes
{
    private static readonly ListShape Texts = new("a list of texts", Text);

    private static readonly ScalarShape OperationName = OneOf([.. Operations.All.Select(operation => operation.Name)]);

    private static readonly ObjectShape OperationPaths = new("a map of operations to paths",
        [.. Operations.All.Select(operation => new ConfigKey(operation.Name, "Path below the base URL.", Text))]);

    private static readonly ObjectShape Kind = new("a map",
    [
        new("title", "The name that people use.", Text) { IsRequired = true },
        new("aliases", "Other names for it.", Texts),
        new("docs", "Where its API is documented.", Url),
        new("url", "Base URL; may hold {region}, {project}, {location}.", Text),
        new("credential", "How it is told who calls.", OneOf([.. Enum.GetNames<CredentialForm>()])) { IsRequired = true },
        new("credentialOptional", "It can be called without a credential.", Flag),
        new("envelope", "How the grammar is wrapped.", OneOf([.. Enum.GetNames<EnvelopeKind>()])),
        new("metricName", "gen_ai.provider.name; its own name by default.", Text),
        new("chat", "The dialect of chat; openai.chat by default.", Text),
        new("rerank", "The grammar of rerank, when it is not Cohere's.", OneOf("jina")),
        new("operations", "Operations spoken natively.", new FormsShape("a list of operations, or a map of them to paths",
            [new ListShape("a list of operations", OperationName), OperationPaths])),
        new("keyVariables", "Environment variables that hold a key.", Texts),
        new("urlVariable", "Environment variable that holds a base URL.", Text),
        new("models", "Globs of model names for discovery.", Texts),
        new("anyModel", "It serves names that models: cannot list.", Flag),
        new("betas", "Flags of anthropic-beta that it takes, as FLAG or FLAG = ITS OWN NAME FOR IT.", Texts),
        new("apiVersion", "Default of apiVersion.", Text),
        new("streamOptions", "false: it refuses stream_options.", Flag),
        new("quirks", "What differs from what a caller would expect.", Texts),
        new("inProcess", "It runs inside this process.", Flag),
    ]);

    /// <summary>The whole file.</summary>
    public static readonly MapShape File = new("a map of names to kinds", Kind);
}
