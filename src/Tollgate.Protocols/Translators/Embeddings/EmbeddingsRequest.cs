using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Embeddings;

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
/// A request in OpenAI's dialect (https://platform.openai.com/docs/api-reference/embeddings/create), with the members that Vertex knows beside
/// them: <c>task_type</c>, <c>title</c>, <c>auto_truncate</c>, and inputs <c>{content, task_type, title}</c>.
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

    /// <summary>The end user as the client names it.</summary>
    public string? User { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks the dialect's rules; the message names the member.</exception>
    public static EmbeddingsRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ChatFormatException("The body is not JSON: " + e.Message, "");
        }
        catch (InvalidOperationException)
        {
            throw new ChatFormatException("A text of the body holds half of a surrogate pair: write a whole one.", "");
        }
    }

    private static EmbeddingsRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new ChatFormatException("The body must be a JSON object.", "");
        if (!root.TryGetProperty("input"u8, out var input)) throw new ChatFormatException("The member 'input' is missing: write a string or an array of strings.", "/input");
        var defaults = new EmbeddingInput("") { TaskType = Text(root, "task_type"), Title = Text(root, "title") };
        var isTokens = EmbeddingsInput.IsTokens(input);
        return new EmbeddingsRequest
        {
            Inputs = isTokens ? [] : EmbeddingsInput.Read(input, defaults),
            IsTokens = isTokens,
            Dimensions = DimensionsOf(root),
            IsBase64 = Text(root, "encoding_format") switch
            {
                null or "float" => false,
                "base64" => true,
                _ => throw new ChatFormatException("The member 'encoding_format' must be 'float' or 'base64'.", "/encoding_format"),
            },
            AutoTruncate = root.TryGetProperty("auto_truncate"u8, out var truncate) && truncate.ValueKind is JsonValueKind.True or JsonValueKind.False ? truncate.GetBoolean() : null,
            User = Text(root, "user"),
        };
    }

    private static long? DimensionsOf(JsonElement root)
    {
        if (!root.TryGetProperty("dimensions"u8, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number > 0) return number;
        throw new ChatFormatException("The member 'dimensions' must be a positive integer.", "/dimensions");
    }

    internal static string? Text(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new ChatFormatException($"The member '{name}' must be a string.", "/" + name);
    }
}
