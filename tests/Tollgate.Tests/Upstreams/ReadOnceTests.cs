using System.Text;
using Tollgate.Preview;

namespace Tollgate.Tests.Upstreams;

/// <summary>A read that has ended already is taken once: what is behind it may belong to another request afterwards.</summary>
public sealed class ReadOnceTests
{
    private const string Events = "data: {\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    private const string Whole = "{\"choices\":[{\"message\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}";

    [Theory]
    [InlineData("groq", true)]
    [InlineData("groq", false)]
    [InlineData("openai", true)]
    public async Task By_whatever_reads_an_answer(string kind, bool isStream)
    {
        foreach (var piece in new[] { 1, 7, 4096 })
        {
            using var preview = new TranslationPreview("openai.chat", kind, "m");
            preview.Ask("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"u8.ToArray(), isStream);
            var source = new SingleUseStream(Encoding.ASCII.GetBytes(isStream ? Events : Whole), piece);
            var answer = await preview.AnswerAsync(source, isStream ? "text/event-stream" : "application/json", 200, TestContext.Current.CancellationToken);
            Encoding.ASCII.GetString(answer.Body.Span).ShouldBe(isStream ? Events : Whole);
        }
    }

    [Fact]
    public async Task By_a_translation()
    {
        using var preview = new TranslationPreview("anthropic.messages", "groq", "m");
        preview.Ask("{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"u8.ToArray(), stream: true);
        var answer = await preview.AnswerAsync(new SingleUseStream(Encoding.ASCII.GetBytes(Events), 9), "text/event-stream", 200, TestContext.Current.CancellationToken);
        Encoding.ASCII.GetString(answer.Body.Span).ShouldContain("message_stop");
    }
}
