using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Protocols;

namespace Tollgate.Catalog;

/// <summary>How a provider wants to be told who calls.</summary>
public enum CredentialForm
{
    /// <summary>Nothing is sent.</summary>
    None,

    /// <summary><c>Authorization: Bearer KEY</c></summary>
    Bearer,

    /// <summary><c>x-api-key: KEY</c> (Anthropic)</summary>
    XApiKey,

    /// <summary><c>api-key: KEY</c>, or a bearer token (Azure)</summary>
    ApiKey,

    /// <summary>AWS Signature Version 4, or a Bedrock API key as bearer token</summary>
    AwsSigV4,

    /// <summary>Google OAuth access token as bearer token</summary>
    Google,

    /// <summary><c>x-goog-api-key: KEY</c> (Gemini API), or a bearer token</summary>
    XGoogApiKey,
}

/// <summary>How the same grammar is wrapped by whoever hosts it.</summary>
public enum EnvelopeKind
{
    /// <summary>Base URL and path; nothing else.</summary>
    Direct,

    /// <summary>The deployment in the path, <c>api-version</c> in the query.</summary>
    Azure,

    /// <summary>The model in the path as <c>:rawPredict</c>, <c>anthropic_version</c> in the body, no <c>model</c>.</summary>
    VertexRaw,

    /// <summary>The model in the path as <c>/invoke</c>, no <c>model</c> or <c>stream</c> in the body, AWS event stream back.</summary>
    BedrockInvoke,

    /// <summary>The model in the path as <c>/converse</c> or <c>/converse-stream</c>, AWS event stream back.</summary>
    BedrockConverse,

    /// <summary>Project, location and model in the path, <c>:generateContent</c> or <c>:streamGenerateContent</c>.</summary>
    VertexGemini,

    /// <summary>The model in the path below the base URL, <c>:generateContent</c> or <c>:streamGenerateContent</c>.</summary>
    GeminiApi,
}

/// <summary>A kind of provider: data, not code. Read from <c>providers.yaml</c>.</summary>
public sealed record ProviderKind
{
    /// <summary>The name that a configuration uses, such as <c>groq</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that a configuration may use, such as <c>grok</c> for <c>xai</c>.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>True: it can be called without a credential, as servers of one's own often can.</summary>
    public bool CredentialOptional { get; init; }

    /// <summary>The name that people use, such as <c>Groq</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Where its API is documented.</summary>
    public string? Docs { get; init; }

    /// <summary>
    /// Base URL. May hold <c>{region}</c>, <c>{project}</c> or <c>{location}</c>. Null: the configuration must give it.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>How it is told who calls.</summary>
    public required CredentialForm Credential { get; init; }

    /// <summary>How the grammar is wrapped.</summary>
    public EnvelopeKind Envelope { get; init; }

    /// <summary>Value of <c>gen_ai.provider.name</c>.</summary>
    public required string MetricName { get; init; }

    /// <summary>The dialect of chat that it speaks, such as <c>openai.chat</c>, <c>bedrock.converse</c>.</summary>
    public required string Chat { get; init; }

    /// <summary>The grammar that it is asked in to rank documents, when it is not Cohere's: <c>jina</c>; null: none.</summary>
    public string? Rerank { get; init; }

    /// <summary>Operations that it speaks natively, each with its path below the base URL.</summary>
    public FrozenDictionary<Operation, string> Operations { get; init; } = FrozenDictionary<Operation, string>.Empty;

    /// <summary>Environment variables that hold a key, first found wins. Empty: not discovered.</summary>
    public ImmutableArray<string> KeyVariables { get; init; } = [];

    /// <summary>Environment variable that holds a base URL.</summary>
    public string? UrlVariable { get; init; }

    /// <summary>Globs of model names that it serves when it was found in the environment.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>
    /// True: it serves models of many makers, or under names of the operator's own, so <see cref="Models"/> cannot list them all.
    /// When it was found in the environment it serves the names that nobody claims.
    /// </summary>
    public bool AnyModel { get; init; }

    /// <summary>
    /// Flags of <c>anthropic-beta</c> that it takes, as <c>FLAG</c> or <c>FLAG = ITS OWN NAME FOR IT</c>; it refuses requests with any
    /// other. Empty: it takes them all.
    /// </summary>
    public ImmutableArray<string> Betas { get; init; } = [];

    /// <summary>Default of <c>apiVersion</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>False: it refuses <c>stream_options.include_usage</c>, so the gateway does not add it.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>What differs from what a caller would expect, for people.</summary>
    public ImmutableArray<string> Quirks { get; init; } = [];

    /// <summary>True for the kind that runs inside this process.</summary>
    public bool InProcess { get; init; }
}
