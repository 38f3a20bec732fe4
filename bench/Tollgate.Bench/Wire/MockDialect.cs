using Tollgate.Bench.Translation;

namespace Tollgate.Bench.Wire;

/// <summary>How providers of a dialect answer: whole, and the pieces of a stream.</summary>
internal sealed record MockDialect(string ContentType, string Short, string Long, Func<int, IEnumerable<byte[]>> Events)
{
    private const int LongTimes = 53;

    internal static MockDialect OpenAI { get; } = new("text/event-stream", Payload.ChatAnswer(1), Payload.ChatAnswer(LongTimes), n => Payload.Events(n).Select(e => System.Text.Encoding.ASCII.GetBytes(e)));

    /// <summary>In the order of <see cref="Of"/>.</summary>
    internal static MockDialect[] All { get; } =
    [
        OpenAI,
        new("text/event-stream", TranslatedAnswers.Anthropic, Longer(TranslatedAnswers.Anthropic), TranslatedStreams.Anthropic),
        new("application/vnd.amazon.eventstream", TranslatedAnswers.Bedrock, Longer(TranslatedAnswers.Bedrock), TranslatedStreams.Bedrock),
        new("text/event-stream", TranslatedAnswers.Gemini, Longer(TranslatedAnswers.Gemini), TranslatedStreams.Gemini),
    ];

    /// <summary>Which of them a request line is for.</summary>
    internal static int Of(ReadOnlySpan<byte> requestLine) =>
        requestLine.IndexOf("/messages"u8) >= 0 ? 1
        : requestLine.IndexOf("/converse"u8) >= 0 ? 2
        : requestLine.IndexOf("enerateContent"u8) >= 0 ? 3
        : 0;

    private static string Longer(string answer) =>
        answer.Replace(TranslatedAnswers.Text, string.Concat(Enumerable.Repeat(TranslatedAnswers.Text, LongTimes)), StringComparison.Ordinal);
}
