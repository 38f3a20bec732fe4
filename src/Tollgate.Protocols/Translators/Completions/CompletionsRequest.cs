using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Completions;

/// <summary>A request of OpenAI's older completions: https://platform.openai.com/docs/api-reference/completions/create</summary>
public sealed record CompletionsRequest
{
    // Its own limits: 128 answers, and 2048 prompts at once.
    internal const int MostAnswers = 128;

    // What it writes when it is not told how much.
    private const int DefaultLimit = 16;

    /// <summary>Texts to be gone on with; empty when they are tokens.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>True: prompts of numbers, which only the model that they were made for understands.</summary>
    public bool IsTokens { get; init; }

    /// <summary>Answers for each prompt.</summary>
    public int Count { get; init; }

    /// <summary>True: each answer is to begin with its prompt.</summary>
    public bool Echo { get; init; }

    /// <summary>True: there is text behind the answer that it must fit to.</summary>
    public bool HasSuffix { get; init; }

    /// <summary>How many answers are made for one that is given; null: as many.</summary>
    public long? BestOf { get; init; }

    /// <summary>Everything but the prompts: limits, sampling, stream, user.</summary>
    public required ChatRequest Settings { get; init; }

    /// <summary>One prompt as a conversation.</summary>
    internal ChatRequest Conversation(string prompt) => Settings with { Turns = [new Turn(Role.User, [new TextPart(prompt)])] };

    /// <summary>Reads a body.</summary>
    /// <exception cref="ChatFormatException">It breaks the API's rules; the message names the member.</exception>
    public static CompletionsRequest Read(ReadOnlyMemory<byte> body) => Wire.Request(body, Read);

    private static CompletionsRequest Read(JsonElement root)
    {
        var isTokens = root.Member("prompt") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind is JsonValueKind.Number or JsonValueKind.Array;
        return new CompletionsRequest
        {
            Prompts = isTokens ? [] : Texts(root, "prompt"),
            IsTokens = isTokens,
            Count = (int)Math.Min(root.AskedCount("n") ?? 1, MostAnswers + 1),
            Echo = root.AskedFlag("echo") == true,
            HasSuffix = root.AskedText("suffix") is { Length: > 0 },
            BestOf = root.AskedCount("best_of"),
            Settings = SettingsOf(root),
        };
    }

    private static ChatRequest SettingsOf(JsonElement root)
    {
        var stream = root.AskedFlag("stream") == true;
        return new ChatRequest
        {
            Dialect = CompletionsClient.DialectName,
            Turns = [],
            MaxTokens = root.AskedCount("max_tokens") ?? DefaultLimit,
            Temperature = root.AskedNumber("temperature"),
            TopP = root.AskedNumber("top_p"),
            PresencePenalty = root.AskedNumber("presence_penalty"),
            FrequencyPenalty = root.AskedNumber("frequency_penalty"),
            Seed = root.AskedCount("seed", long.MinValue),
            Stop = root.Has("stop") ? Texts(root, "stop") : [],
            Logprobs = root.Has("logprobs") ? true : null,
            TopLogprobs = root.AskedCount("logprobs", 0) is { } top ? (int)Math.Min(top, 20) : null,
            Stream = stream,
            IncludeUsage = stream && root.Member("stream_options").AskedFlag("include_usage") == true,
            User = root.AskedText("user"),
            Extras = root.Has("logit_bias") ? [new("logit_bias", RawJson.From(root.Member("logit_bias").GetRawText()))] : [],
        };
    }

    /// <summary>A text or several.</summary>
    private static List<string> Texts(JsonElement root, string name)
    {
        var given = root.Member(name);
        if (given.ValueKind == JsonValueKind.String) return [given.GetString()!];
        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() is 0 or > 2048 || given.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String))
        {
            throw new ChatFormatException($"The member '{name}' must be a string or an array of 1 to 2048 strings.", "/" + name);
        }

        return [.. given.EnumerateArray().Select(t => t.GetString()!)];
    }
}
