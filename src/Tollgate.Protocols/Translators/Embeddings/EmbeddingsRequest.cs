using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>One text to embed.</summary>
/// <param name="Text">The text.</param>
public sealed record EmbeddingInput(string Text)
{
    /// <summary>Vertex's <c>task_type</c>, such as <c>RETRIEVAL_DOCUMENT</c>; null when not given.</summary>
    public string? TaskType { get; init; }

    /// <summary>Title of a document; null when not given.</summary>
    public string? Title { get; init; }
}

/// <summary>
/// A request in OpenAI's dialect (https://platform.openai.com/docs/api-reference/embeddings/create), with members that other providers know
/// beside it: Vertex' <c>task_type</c>, <c>title</c>, <c>auto_truncate</c> and inputs <c>{content, task_type, title}</c>; Cohere's
/// <c>input_type</c>, which is read as the task of the same meaning; Titan's <c>normalize</c>.
/// </summary>
public sealed record EmbeddingsRequest
{
    /// <summary>Texts in order; empty when the input is tokens.</summary>
    public required IReadOnlyList<EmbeddingInput> Inputs { get; init; }

    /// <summary>True: the input is numbers of tokens, which only the model that they were made for understands.</summary>
    public bool IsTokens { get; init; }

    /// <summary>Length of each embedding; null: the model's own.</summary>
    public long? Dimensions { get; init; }

    /// <summary>True: embeddings are answered as base64 of little-endian 32-bit floats; false: as arrays of numbers.</summary>
    public bool IsBase64 { get; init; }

    /// <summary>False: texts that are too long are an error; null: the provider's default.</summary>
    public bool? AutoTruncate { get; init; }

    /// <summary>True: each embedding has length 1; null: the model's default.</summary>
    public bool? Normalize { get; init; }

    /// <summary>The end user as the client names it.</summary>
    public string? User { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks the dialect's rules; the message names the member.</exception>
    public static EmbeddingsRequest Read(ReadOnlyMemory<byte> body) => Wire.Request(body, Read);

    private static EmbeddingsRequest Read(JsonElement root)
    {
        if (!root.TryGetProperty("input"u8, out var input)) throw new ChatFormatException("The member 'input' is missing: write a string or an array of strings.", "/input");
        var defaults = new EmbeddingInput("")
        {
            TaskType = root.AskedText("task_type") ?? EmbeddingTask.OfInputType(root.AskedText("input_type")),
            Title = root.AskedText("title"),
        };
        var isTokens = EmbeddingsInput.IsTokens(input);
        return new EmbeddingsRequest
        {
            Inputs = isTokens ? [] : EmbeddingsInput.Read(input, defaults),
            IsTokens = isTokens,
            Dimensions = root.AskedCount("dimensions"),
            IsBase64 = root.AskedText("encoding_format") switch
            {
                null or "float" => false,
                "base64" => true,
                _ => throw new ChatFormatException("The member 'encoding_format' must be 'float' or 'base64'.", "/encoding_format"),
            },
            AutoTruncate = root.AskedFlag("auto_truncate"),
            Normalize = root.AskedFlag("normalize"),
            User = root.AskedText("user"),
        };
    }
}
