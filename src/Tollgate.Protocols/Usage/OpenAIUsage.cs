namespace Tollgate.Protocols.Usage;

/// <summary>
/// Reads OpenAI's <c>usage</c> objects: <c>prompt_tokens</c>/<c>completion_tokens</c> (chat, completions, embeddings) and
/// <c>input_tokens</c>/<c>output_tokens</c> (responses, images, audio). The input includes cached tokens, the output reasoning.
/// A field that is absent or null keeps the value it had, since usage may come in several chunks.
/// </summary>
internal static class OpenAIUsage
{
    public static void Read(ReadOnlySpan<byte> json, ref TokenUsage usage)
    {
        long? total = null;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var name = members.Name;
            var value = members.Value;
            if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8)) usage.Input = JsonSkim.Count(value) ?? usage.Input;
            else if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8)) usage.Output = JsonSkim.Count(value) ?? usage.Output;
            else if (name.SequenceEqual("total_tokens"u8)) total = JsonSkim.Count(value);
            else if (name.SequenceEqual("prompt_cache_hit_tokens"u8)) usage.CachedInput = JsonSkim.Count(value) ?? usage.CachedInput; // DeepSeek
            else if (name.SequenceEqual("seconds"u8) || name.SequenceEqual("prompt_audio_seconds"u8)) usage.AudioSeconds = JsonSkim.Number(value) ?? usage.AudioSeconds;
            else if (name.SequenceEqual("cost"u8)) usage.ReportedCost = JsonSkim.Amount(value) ?? usage.ReportedCost; // OpenRouter
            else if (IsInputDetails(name)) ReadInputDetails(value, ref usage);
            else if (IsOutputDetails(name)) ReadOutputDetails(value, ref usage);
        }

        // Some embedding servers give the total alone.
        if (usage.Input is null && total >= (usage.Output ?? 0)) usage.Input = total - (usage.Output ?? 0);

        // xAI, and Gemini in OpenAI's dialect, leave reasoning out of completion_tokens and count it in the total: it is output, and billed.
        if (usage.Output is { } output && total - usage.Input > output) usage.Output = total - usage.Input;
    }

    private static bool IsInputDetails(ReadOnlySpan<byte> name)
        => name.SequenceEqual("prompt_tokens_details"u8) || name.SequenceEqual("input_tokens_details"u8) || name.SequenceEqual("input_token_details"u8);

    private static bool IsOutputDetails(ReadOnlySpan<byte> name)
        => name.SequenceEqual("completion_tokens_details"u8) || name.SequenceEqual("output_tokens_details"u8) || name.SequenceEqual("output_token_details"u8);

    private static void ReadInputDetails(ReadOnlySpan<byte> json, ref TokenUsage usage)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var name = members.Name;
            var value = members.Value;
            if (name.SequenceEqual("cached_tokens"u8)) usage.CachedInput = JsonSkim.Count(value) ?? usage.CachedInput;
            else if (name.SequenceEqual("audio_tokens"u8)) usage.AudioInput = JsonSkim.Count(value) ?? usage.AudioInput;
            else if (name.SequenceEqual("image_tokens"u8)) usage.ImageInput = JsonSkim.Count(value) ?? usage.ImageInput;
            else if (name.SequenceEqual("cache_creation_input_tokens"u8) || name.SequenceEqual("cache_write_tokens"u8))
            {
                usage.CacheCreation = JsonSkim.Count(value) ?? usage.CacheCreation;
            }
        }
    }

    private static void ReadOutputDetails(ReadOnlySpan<byte> json, ref TokenUsage usage)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var name = members.Name;
            var value = members.Value;
            if (name.SequenceEqual("reasoning_tokens"u8)) usage.Reasoning = JsonSkim.Count(value) ?? usage.Reasoning;
            else if (name.SequenceEqual("audio_tokens"u8)) usage.AudioOutput = JsonSkim.Count(value) ?? usage.AudioOutput;
            else if (name.SequenceEqual("image_tokens"u8)) usage.ImageOutput = JsonSkim.Count(value) ?? usage.ImageOutput;
        }
    }
}
