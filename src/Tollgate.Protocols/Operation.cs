namespace Tollgate.Protocols;

/// <summary>Whose API the caller speaks: it decides the shape of errors and of lists.</summary>
public enum ApiFamily
{
    /// <summary>OpenAI's API, under <c>/v1</c>.</summary>
    OpenAI,

    /// <summary>Anthropic's API, under <c>/anthropic/v1</c> and at <c>/v1/messages</c>.</summary>
    Anthropic,

    /// <summary>Cohere's API, under <c>/cohere/v2</c>.</summary>
    Cohere,
}

/// <summary>What a request carries.</summary>
public enum BodyKind
{
    /// <summary>No body that the gateway reads: forwarded as it comes, if there is one.</summary>
    Opaque,

    /// <summary>A JSON object; read into one pooled buffer, so that it can be edited and sent again.</summary>
    Json,

    /// <summary><c>multipart/form-data</c>; streamed, only its <c>model</c> field is read.</summary>
    Multipart,
}

/// <summary>
/// One operation of a client-facing API. A provider kind lists the operations that it speaks natively;
/// such a request is relayed byte for byte.
/// </summary>
/// <param name="Index">Position in <see cref="Operations.All"/>, for tables by operation.</param>
/// <param name="Name">The name in the catalogue and in logs, such as <c>images.generations</c>.</param>
/// <param name="MetricName">The value of <c>gen_ai.operation.name</c>.</param>
/// <param name="Family">Whose API it belongs to.</param>
/// <param name="Path">Path below the family's prefix, such as <c>/chat/completions</c>.</param>
/// <param name="Body">What a request carries.</param>
public sealed record Operation(int Index, string Name, string MetricName, ApiFamily Family, string Path, BodyKind Body)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All operations that the gateway serves.</summary>
public static class Operations
{
    /// <summary><c>POST /v1/chat/completions</c></summary>
    public static readonly Operation Chat = new(0, "chat", "chat", ApiFamily.OpenAI, "/chat/completions", BodyKind.Json);

    /// <summary><c>POST /v1/completions</c></summary>
    public static readonly Operation Completions = new(1, "completions", "completion", ApiFamily.OpenAI, "/completions", BodyKind.Json);

    /// <summary><c>POST /v1/embeddings</c></summary>
    public static readonly Operation Embeddings = new(2, "embeddings", "embeddings", ApiFamily.OpenAI, "/embeddings", BodyKind.Json);

    /// <summary><c>POST /v1/images/generations</c></summary>
    public static readonly Operation ImageGenerations = new(3, "images.generations", "image_generation", ApiFamily.OpenAI, "/images/generations", BodyKind.Json);

    /// <summary><c>POST /v1/images/edits</c></summary>
    public static readonly Operation ImageEdits = new(4, "images.edits", "image_edit", ApiFamily.OpenAI, "/images/edits", BodyKind.Multipart);

    /// <summary><c>POST /v1/images/variations</c></summary>
    public static readonly Operation ImageVariations = new(5, "images.variations", "image_variation", ApiFamily.OpenAI, "/images/variations", BodyKind.Multipart);

    /// <summary><c>POST /v1/responses</c></summary>
    public static readonly Operation Responses = new(6, "responses", "responses", ApiFamily.OpenAI, "/responses", BodyKind.Json);

    /// <summary><c>POST /v1/responses/input_tokens</c></summary>
    public static readonly Operation ResponsesInputTokens = new(7, "responses.input_tokens", "responses_input_tokens", ApiFamily.OpenAI, "/responses/input_tokens", BodyKind.Json);

    /// <summary><c>GET</c>, <c>DELETE</c>, <c>cancel</c> and <c>input_items</c> of a stored response.</summary>
    public static readonly Operation ResponsesStored = new(8, "responses.stored", "responses_stored", ApiFamily.OpenAI, "/responses", BodyKind.Opaque);

    /// <summary><c>POST /v1/audio/speech</c></summary>
    public static readonly Operation Speech = new(9, "audio.speech", "speech", ApiFamily.OpenAI, "/audio/speech", BodyKind.Json);

    /// <summary><c>POST /v1/audio/transcriptions</c></summary>
    public static readonly Operation Transcriptions = new(10, "audio.transcriptions", "transcription", ApiFamily.OpenAI, "/audio/transcriptions", BodyKind.Multipart);

    /// <summary><c>POST /v1/audio/translations</c></summary>
    public static readonly Operation Translations = new(11, "audio.translations", "translation", ApiFamily.OpenAI, "/audio/translations", BodyKind.Multipart);

    /// <summary><c>POST /v1/moderations</c></summary>
    public static readonly Operation Moderations = new(12, "moderations", "moderation", ApiFamily.OpenAI, "/moderations", BodyKind.Json);

    /// <summary><c>GET /v1/realtime</c>, a WebSocket.</summary>
    public static readonly Operation Realtime = new(13, "realtime", "realtime", ApiFamily.OpenAI, "/realtime", BodyKind.Opaque);

    /// <summary>Files, batches, fine-tuning, assistants, threads, vector stores and the like: forwarded to one provider.</summary>
    public static readonly Operation Forward = new(14, "forward", "forward", ApiFamily.OpenAI, "", BodyKind.Opaque);

    /// <summary><c>POST /anthropic/v1/messages</c></summary>
    public static readonly Operation Messages = new(15, "messages", "messages", ApiFamily.Anthropic, "/messages", BodyKind.Json);

    /// <summary><c>POST /anthropic/v1/messages/count_tokens</c></summary>
    public static readonly Operation CountTokens = new(16, "messages.count_tokens", "count_tokens", ApiFamily.Anthropic, "/messages/count_tokens", BodyKind.Json);

    /// <summary>Anthropic's batches and files: forwarded to one provider.</summary>
    public static readonly Operation AnthropicForward = new(17, "messages.forward", "forward", ApiFamily.Anthropic, "", BodyKind.Opaque);

    /// <summary><c>POST /cohere/v2/rerank</c></summary>
    public static readonly Operation Rerank = new(18, "rerank", "rerank", ApiFamily.Cohere, "/rerank", BodyKind.Json);

    /// <summary><c>GET /v1/models</c> and <c>/v1/models/{id}</c>, answered from the configuration.</summary>
    public static readonly Operation Models = new(19, "models", "models", ApiFamily.OpenAI, "/models", BodyKind.Opaque);

    /// <summary><c>GET /anthropic/v1/models</c> and <c>/anthropic/v1/models/{id}</c>, answered from the configuration.</summary>
    public static readonly Operation AnthropicModels = new(20, "messages.models", "models", ApiFamily.Anthropic, "/models", BodyKind.Opaque);

    /// <summary><c>POST /tokenize</c>, vLLM's: a count, and the tokens where the provider tells them.</summary>
    public static readonly Operation Tokenize = new(21, "tokenize", "tokenize", ApiFamily.OpenAI, "/tokenize", BodyKind.Json);

    /// <summary>Every operation, in order of <see cref="Operation.Index"/>.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        Chat, Completions, Embeddings, ImageGenerations, ImageEdits, ImageVariations, Responses, ResponsesInputTokens,
        ResponsesStored, Speech, Transcriptions, Translations, Moderations, Realtime, Forward, Messages, CountTokens,
        AnthropicForward, Rerank, Models, AnthropicModels, Tokenize,
    ];

    /// <summary>The operation of that catalogue name, or null.</summary>
    public static Operation? Find(string name)
    {
        foreach (var operation in All)
        {
            if (operation.Name == name) return operation;
        }

        return null;
    }
}
