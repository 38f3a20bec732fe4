using System.Text;

namespace Tollgate.Bench.Wire;

/// <summary>An answer in the pieces in which it is sent.</summary>
internal sealed record MockAnswer(byte[][] Parts, bool Paced);

/// <summary>All answers of the mock provider, in every dialect and shape. The path of a request tells the dialect, the model's name the shape.</summary>
internal sealed class AnswerBook
{
    // A body that asks for a stream says so at its beginning: the load generator's do.
    private const int StreamSearched = 128;

    private static readonly byte[][] Models = [.. AnswerShapes.All.Select(s => Encoding.ASCII.GetBytes(s.Model()))];

    private readonly MockAnswer[][] _answers;

    private AnswerBook(MockAnswer[][] answers) => _answers = answers;

    /// <summary>OpenAI's, Anthropic's, Bedrock's and Gemini's dialects.</summary>
    internal static AnswerBook Everything { get; } = new([.. MockDialect.All.Select(Pages)]);

    /// <summary>Always the same whole answer, unless a stream is asked for.</summary>
    internal static AnswerBook Of(string body) => Always(Payload.Answer(body));

    /// <summary>The same with a head of its own.</summary>
    internal static AnswerBook Raw(string answer) => Always(Encoding.ASCII.GetBytes(answer));

    /// <summary>What a request gets whose head ends at <paramref name="head"/>.</summary>
    internal MockAnswer Find(ReadOnlySpan<byte> received, int head)
    {
        var path = received[..received.IndexOf("\r\n"u8)];
        var shape = ShapeOf(received);
        if (shape == AnswerShape.Short && WantsStream(received[head..])) shape = AnswerShape.Stream50;
        return _answers[MockDialect.Of(path)][(int)shape];
    }

    private static AnswerBook Always(byte[] answer)
    {
        var pages = Pages(MockDialect.OpenAI);
        pages[(int)AnswerShape.Short] = new([answer], Paced: false);
        return new([.. MockDialect.All.Select(_ => pages)]);
    }

    private static MockAnswer[] Pages(MockDialect dialect) => [.. AnswerShapes.All.Select(s => new MockAnswer(
        s.IsStream() ? Payload.Streamed(dialect.ContentType, dialect.Events(s.Events())) : [Payload.Answer(s == AnswerShape.Long ? dialect.Long : dialect.Short)],
        s == AnswerShape.Paced))];

    private static AnswerShape ShapeOf(ReadOnlySpan<byte> received)
    {
        var at = received.IndexOf("bench-"u8);
        if (at < 0) return AnswerShape.Short;

        // From the end: the name of the long stream begins with the short one's.
        for (var i = Models.Length - 1; i > 0; i--)
        {
            if (received[at..].StartsWith(Models[i])) return (AnswerShape)i;
        }

        return AnswerShape.Short;
    }

    private static bool WantsStream(ReadOnlySpan<byte> body) => body[..Math.Min(body.Length, StreamSearched)].IndexOf("\"stream\":true"u8) >= 0;
}
