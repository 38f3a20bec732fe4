using Tollgate.Simulator.Drill;

namespace Tollgate.Simulator.Tests.Drill;

/// <summary>A rehearsal is worth as much as its judge: each way to be broken must be seen.</summary>
public sealed class AnswerReaderTests
{
    private static readonly string All = Counted(60);

    [Fact]
    public void A_whole_answer_is_whole() => Stream(Chunk(Counted(30)), Chunk(" " + All[(Counted(30).Length + 1)..]), Finish, "[DONE]").Verdict.ShouldBe(DrillVerdict.Whole);

    [Fact]
    public void A_whole_answer_in_one_piece_is_whole() => Plain(All, "stop").Verdict.ShouldBe(DrillVerdict.Whole);

    [Fact]
    public void Half_an_answer_that_ends_as_if_whole_is_broken() => Stream(Chunk(Counted(30)), Finish, "[DONE]").Verdict.ShouldBe(DrillVerdict.Broken);

    [Fact]
    public void A_lost_word_is_broken() => Stream(Chunk(All.Replace("w031 ", "", StringComparison.Ordinal)), Finish, "[DONE]").Detail.ShouldContain("word 31 is w032");

    [Fact]
    public void A_repeated_word_is_broken() => Stream(Chunk(All.Replace("w031", "w031 w031", StringComparison.Ordinal)), Finish, "[DONE]").Verdict.ShouldBe(DrillVerdict.Broken);

    [Fact]
    public void An_answer_without_its_end_mark_is_broken() => Stream(Chunk(All), Finish).Detail.ShouldBe("no end mark");

    [Fact]
    public void An_answer_without_a_reason_why_it_ended_is_broken() => Stream(Chunk(All), "[DONE]").Verdict.ShouldBe(DrillVerdict.Broken);

    [Fact]
    public void Something_unreadable_is_broken_even_in_a_whole_answer() => Stream(Chunk(All), "{\"cho", Finish, "[DONE]").Verdict.ShouldBe(DrillVerdict.Broken);

    [Fact]
    public void An_error_with_a_message_is_a_clear_error() => Stream(Chunk(Counted(7)), """{"error":{"message":"it broke"}}""").ShouldBe((DrillVerdict.Error, "it broke (after 7 words)"));

    [Fact]
    public void An_error_without_a_message_is_broken() => Stream("""{"error":{"code":"x"}}""").Verdict.ShouldBe(DrillVerdict.Broken);

    [Fact]
    public void Nothing_at_all_is_broken() => Stream().Verdict.ShouldBe(DrillVerdict.Broken);

    private const string Finish = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static string Counted(int words) => string.Join(' ', Enumerable.Range(1, words).Select(static i => $"w{i:000}"));

    private static string Chunk(string text) => $$$"""{"choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""";

    private static (DrillVerdict Verdict, string Detail) Stream(params string[] events)
    {
        var reader = new AnswerReader();
        foreach (var one in events)
        {
            reader.Line("data: " + one);
            reader.Line("");
        }

        return reader.Judge();
    }

    private static (DrillVerdict Verdict, string Detail) Plain(string text, string finish)
    {
        var reader = new AnswerReader();
        reader.Whole($$$"""{"choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"{{{finish}}}"}]}""");
        return reader.Judge();
    }
}
