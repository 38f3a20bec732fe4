using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>Reads <c>input</c>: a string, an object with <c>content</c>, an array of either, or tokens.</summary>
internal static class EmbeddingsInput
{
    // OpenAI takes no more; without a limit one request could become any number of calls.
    private const int Most = 2048;

    /// <summary>True for an array of numbers, or of arrays of them.</summary>
    public static bool IsTokens(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input[0].ValueKind is JsonValueKind.Number or JsonValueKind.Array;

    public static EmbeddingInput[] Read(JsonElement input, EmbeddingInput defaults)
    {
        if (input.ValueKind != JsonValueKind.Array) return [One(input, defaults, "/input")];
        if (input.GetArrayLength() is 0 or > Most) throw new ChatFormatException("The member 'input' must hold between 1 and 2048 texts.", "/input");
        return [.. input.EnumerateArray().Select((text, i) => One(text, defaults, Wire.Pointer("input", i)))];
    }

    private static EmbeddingInput One(JsonElement input, EmbeddingInput defaults, string pointer)
    {
        if (input.ValueKind == JsonValueKind.String) return defaults with { Text = input.GetString()! };
        if (input.ValueKind == JsonValueKind.Object && input.AskedText("content") is { } content)
        {
            return new EmbeddingInput(content)
            {
                TaskType = input.AskedText("task_type") ?? defaults.TaskType,
                Title = input.AskedText("title") ?? defaults.Title,
            };
        }

        throw new ChatFormatException("The member 'input' must be a string, an array of strings, or an array of tokens.", pointer);
    }
}
