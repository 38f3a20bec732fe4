using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class ConversationTests
{
    private static readonly Gen<string> Texts = Gen.Elements("a", " b", "é😀\u2028", "\"\\", "<&>'+", "\0\u001f\u007f", "line\r\nline", "\uFFFD", new string('x', 300));

    private static readonly Gen<CacheHint?> Hints = Gen.Frequency(
        (9, Gen.Constant<CacheHint?>(null)), (1, Gen.Elements<CacheHint?>(new CacheHint(null), new CacheHint("1h"))));

    private static readonly Gen<Part> Asked = Gen.OneOf(
        from text in Texts from cache in Hints select (Part)new TextPart(text) { Cache = cache },
        from data in Texts from type in Gen.Elements("image/png", "image/webp") select (Part)new MediaPart(MediaKind.Image, new InlineSource(type, data)),
        from text in Texts select (Part)new DocumentPart(new TextSource(text), text) { Context = text, Citations = text.Length == 1 });

    private static readonly Gen<Part> Answered = Gen.OneOf(
        from text in Texts select (Part)new TextPart(text),
        from text in Texts from token in Texts select (Part)new ReasoningPart(text, Signed(token)),
        from token in Texts select (Part)new ReasoningPart(null, new OpaqueToken("anthropic", OpaqueTokenKind.Redacted, token)));

    private static readonly Gen<string> Arguments = Gen.Elements("{}", """{"a": 1.0}""", """{"b":[1e400,"\u00e9\ud83d"],"b":{}}""", "{ \n }");

    /// <summary>A question, an answer that calls tools, their results.</summary>
    private static readonly Gen<Turn[]> Rounds =
        from question in Asked.NonEmptyListOf()
        from answer in Answered.ListOf()
        from arguments in Arguments.NonEmptyListOf()
        from results in Asked.ListOf()
        from failed in Gen.Elements(true, false)
        select (Turn[])
        [
            User([.. question]),
            Assistant([.. answer, .. arguments.Select((json, i) => new ToolCallPart($"c-{i}", "f_" + i, json))]),
            User([.. arguments.Select((_, i) => new ToolResultPart($"c-{i}", i == 0 ? [.. results] : [], failed) { Name = "f_" + i })]),
            Assistant(new TextPart("done")),
        ];

    [Fact]
    public void A_conversation_survives_being_written_and_read()
        => Prop.ForAll(Rounds.NonEmptyListOf().ToArbitrary(), static rounds =>
        {
            var request = Plain with { Turns = [.. rounds.SelectMany(r => r)] };
            var (json, log) = Ask(request);
            log.Entries.Select(e => e.Rule.Field).Distinct().Where(f => f != "cache mark").ShouldBeEmpty();
            var marks = log.Entries.Count > 0;
            Tell(Read(json).Turns, marks).ShouldBe(Tell(request.Turns, marks));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static string Tell(IEnumerable<Turn> turns, bool withoutMarks)
        => string.Join('\n', turns.Select(turn => turn.Role + ": " + string.Join(" | ", turn.Parts.Select(part => Tell(part, withoutMarks)))));

    private static string Tell(Part part, bool withoutMarks)
    {
        var plain = part with { Pointer = "", Cache = withoutMarks ? null : part.Cache };
        return plain is ToolResultPart result
            ? $"{result.CallId} {result.Name} {result.IsError} {result.Cache} [{string.Join(" | ", result.Content.Select(inner => Tell(inner, withoutMarks)))}]"
            : plain.ToString();
    }
}
