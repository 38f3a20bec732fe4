using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Embeddings;

/// <summary>
/// OpenAI's embeddings on Vertex AI's <c>:predict</c>
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api): one instance for each text, in order.
/// </summary>
public static class GeminiEmbeddings
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly FidelityRule s_tokens = new("input of tokens", FidelityOutcome.Refused, "Vertex AI embeds texts only: send the text in place of its tokens.");
    private static readonly FidelityRule s_user = new("user", FidelityOutcome.Dropped, "Vertex AI has no member for the end user.");

    /// <summary>What cannot be said.</summary>
    public static IReadOnlyList<FidelityRule> Rules { get; } = [s_tokens, s_user];

    /// <summary>Writes the body of <c>:predict</c>. With a refusal in the log the output is not used.</summary>
    /// <param name="output">Receives one JSON object.</param>
    /// <param name="request">As read from the client.</param>
    /// <param name="log">Receives what cannot be said.</param>
    public static void WriteRequest(IBufferWriter<byte> output, EmbeddingsRequest request, FidelityLog log)
    {
        if (request.IsTokens) log.Apply(s_tokens, "/input");
        if (request.User is not null) log.Apply(s_user, "/user");
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteStartArray("instances"u8);
        foreach (var input in request.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("content"u8, input.Text);
            if (input.TaskType is not null) json.WriteString("task_type"u8, input.TaskType);
            if (input.Title is not null) json.WriteString("title"u8, input.Title);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (request.Dimensions is not null || request.AutoTruncate is not null)
        {
            json.WriteStartObject("parameters"u8);
            if (request.Dimensions is { } dimensions) json.WriteNumber("outputDimensionality"u8, dimensions);
            if (request.AutoTruncate is { } truncate) json.WriteBoolean("autoTruncate"u8, truncate);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the client's answer.</summary>
    /// <param name="output">Receives one JSON object, in OpenAI's dialect.</param>
    /// <param name="body">The provider's answer.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="model">Model as the client is told of it: Vertex names none.</param>
    /// <returns>The tokens of all texts together.</returns>
    /// <exception cref="FormatException">The body is no such answer, or has fewer or more embeddings than there were texts.</exception>
    public static TokenUsage WriteResponse(IBufferWriter<byte> output, ReadOnlyMemory<byte> body, EmbeddingsRequest request, string model)
    {
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            return Write(output, document.RootElement, request, model);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("The provider's answer is not one of :predict in JSON.", e);
        }
    }

    private static TokenUsage Write(IBufferWriter<byte> output, JsonElement root, EmbeddingsRequest request, string model)
    {
        if (Member(root, "predictions"u8) is not { ValueKind: JsonValueKind.Array } predictions || predictions.GetArrayLength() != request.Inputs.Count)
        {
            throw new FormatException($"The provider's answer does not have the {request.Inputs.Count} embeddings that were asked for.");
        }

        double tokens = 0;
        using var answer = new EmbeddingsAnswer(output, request.IsBase64);
        foreach (var prediction in predictions.EnumerateArray())
        {
            var embeddings = Member(prediction, "embeddings"u8);
            answer.Add(Member(embeddings, "values"u8));
            var count = Member(Member(embeddings, "statistics"u8), "token_count"u8);
            if (count.ValueKind == JsonValueKind.Number) tokens += count.GetDouble(); // Vertex writes 3 and 3.0 alike.
        }

        answer.Complete(model, (long)tokens);
        return new TokenUsage { Input = (long)tokens };
    }

    private static JsonElement Member(JsonElement json, ReadOnlySpan<byte> name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;
}
