using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Embeddings;

/// <summary>Reads <c>input</c>: a string, an object with <c>content</c>, an array of either, or tokens.</summary>
internal static class EmbeddingsInput
{
    /// <summary>True for an array of numbers, or of arrays of them.</summary>
    public static bool IsTokens(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input[0].ValueKind is JsonValueKind.Number or JsonValueKind.Array;

    public static EmbeddingInput[] Read(JsonElement input, EmbeddingInput defaults)
    {
        if (input.ValueKind != JsonValueKind.Array) return [One(input, defaults, "/input")];
        if (input.GetArrayLength() == 0) throw new ChatFormatException("The member 'input' must hold at least one text.", "/input");
        return [.. input.EnumerateArray().Select((text, i) => One(text, defaults, string.Create(CultureInfo.InvariantCulture, $"/input/{i}")))];
    }

    private static EmbeddingInput One(JsonElement input, EmbeddingInput defaults, string pointer)
    {
        if (input.ValueKind == JsonValueKind.String) return defaults with { Text = input.GetString()! };
        if (input.ValueKind == JsonValueKind.Object && EmbeddingsRequest.Text(input, "content") is { } content)
        {
            return new EmbeddingInput(content)
            {
                TaskType = EmbeddingsRequest.Text(input, "task_type") ?? defaults.TaskType,
                Title = EmbeddingsRequest.Text(input, "title") ?? defaults.Title,
            };
        }

        throw new ChatFormatException("The member 'input' must be a string, an array of strings, or an array of tokens.", pointer);
    }
}
