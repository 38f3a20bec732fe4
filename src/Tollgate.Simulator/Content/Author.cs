using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Content;

/// <summary>Writes answers. The same prompt gives the same answer, so that a rehearsal can be repeated.</summary>
internal static class Author
{
    private const int EchoLength = 160;

    private static readonly string[] Sentences =
    [
        "This answer was written by a stand-in, so nothing in it was thought about.",
        "A gate that is never closed is only a road.",
        "The harbour lights come on one after another, and nobody counts them.",
        "Seven grey pigeons sat on the wire; then there were six.",
        "If you read this in production, look at your configuration.",
        "Rain is expected in the hills, and tea is expected indoors.",
        "Numbers that add up are a comfort late at night.",
        "The ferryman takes coins, notes, and now and then a story.",
        "Every failover was rehearsed once by someone patient.",
        "A long queue teaches more than a short speech.",
        "Café, naïve, 東京 and 🚲 travel through this sentence unharmed.",
        "The second bell rang, which meant that the first had been heard.",
    ];

    /// <summary>The answer to a prompt. <paramref name="choice"/> tells apart several answers to one prompt.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="choice">Number of the answer, from 0.</param>
    /// <param name="atLeast">Tokens of text that it must have: a fault after N tokens needs more than N to happen in.</param>
    public static Answer Write(Prompt prompt, int choice = 0, int atLeast = 0)
    {
        var seed = Hashing.Of(prompt.AllText, choice);
        var thinking = prompt.Thinks ? TokenText.Split(Thoughts(prompt, seed)) : [];
        var answer = ToolChoice.Calls(prompt) is { Length: > 0 } calls
            ? new Answer { Calls = calls, Ending = Ending.ToolCalls }
            : Stopped(prompt, prompt.Json ? Instance(prompt) : Prose(prompt, seed, atLeast));
        return Limited(answer with { Thinking = [.. thinking] }, prompt.MaxTokens);
    }

    private static string Thoughts(Prompt prompt, ulong seed) =>
        $"The user wrote \"{Echo(prompt.LastUserText)}\". {Sentences[(int)(seed % (ulong)Sentences.Length)]}";

    private static string Instance(Prompt prompt) =>
        prompt.Schema is null
            ? JsonText.Write(new JsonObject { ["answer"] = Echo(prompt.LastUserText) })
            : JsonText.Write(SchemaInstance.Make(prompt.Schema, Echo(prompt.LastUserText)));

    private static string Prose(Prompt prompt, ulong seed, int atLeast)
    {
        if (Counting.Answer(prompt.AllText) is { } counted) return counted;
        var text = prompt.ToolResult is { } result
            ? $"The tool answered: \"{Echo(result)}\"."
            : $"You said: \"{Echo(prompt.LastUserText)}\".";
        var count = 2 + (int)(seed % 3);
        for (var i = 0; i < count || (atLeast > 0 && TokenText.Count(text) < atLeast + 8); i++)
        {
            // 5 and 12 have no common factor, so no sentence comes twice before all have been used.
            text += " " + Sentences[(int)(((seed >> 8) + ((ulong)i * 5)) % (ulong)Sentences.Length)];
        }

        return text;
    }

    private static string Echo(string text)
    {
        text = text.Trim();
        if (text.Length <= EchoLength) return text;
        var end = char.IsHighSurrogate(text[EchoLength - 1]) ? EchoLength - 1 : EchoLength;
        return text[..end] + "…";
    }

    private static Answer Stopped(Prompt prompt, string text)
    {
        var at = text.Length;
        string? stop = null;
        foreach (var candidate in prompt.Stops)
        {
            var found = candidate.Length == 0 ? -1 : text.IndexOf(candidate, StringComparison.Ordinal);
            if (found < 0 || found >= at) continue;
            (at, stop) = (found, candidate);
        }

        return new Answer
        {
            Pieces = [.. TokenText.Split(text[..at])],
            Ending = stop is null ? Ending.Stop : Ending.StopSequence,
            StopSequence = stop,
        };
    }

    private static Answer Limited(Answer answer, int? limit)
    {
        if (limit is not { } max || answer.Tokens <= max) return answer;
        var thinking = Take(answer.Thinking, max);
        return answer with
        {
            Thinking = thinking,
            Pieces = Take(answer.Pieces, max - thinking.Length),
            // Half a call is of no use to anyone: a call that does not fit is left out.
            Calls = [],
            Ending = Ending.Length,
            StopSequence = null,
        };
    }

    private static ImmutableArray<string> Take(ImmutableArray<string> pieces, int count) =>
        [.. pieces.Take(Math.Max(0, count))];
}
