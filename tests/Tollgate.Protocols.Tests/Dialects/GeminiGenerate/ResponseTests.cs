using System.Globalization;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Answers;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

public sealed class ResponseTests
{
    private const string Head = "\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"gR4x\",\"createTime\":\"2025-09-01T10:00:00.123456789Z\"";

    private static string Body(string candidate, string more = "") => "{\"candidates\":[" + candidate + "]," + more + Head + "}";

    private static string Parts(string parts, string finish = "STOP") => Body("{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]},\"finishReason\":\"" + finish + "\"}");

    [Fact]
    public void Reads_thoughts_text_and_calls_with_their_signatures()
    {
        var events = Unary(Parts("""
            {"text":"Hmm","thought":true},{"text":", yes","thought":true,"thoughtSignature":"dGg="},
            {"text":"Blue","thoughtSignature":"dHh0"},
            {"functionCall":{"name":"get_weather","args":{"city": "Lima", "n": 1.0}},"thoughtSignature":"c2ln"},
            {"functionCall":{"id":"own","name":"get_time"}}
            """));

        events.ShouldBeInOrder();
        var answer = Fold(events);
        (answer.Id, answer.Model, answer.Created, answer.IsWhole).ShouldBe(("gR4x", "gemini-2.5-flash", 1756720800, true));
        var choice = answer.Choices.Single();
        (choice.Finish, choice.NativeFinish).ShouldBe((FinishReason.ToolCalls, "STOP"));
        choice.Parts.ShouldBe(
        [
            new ReasoningPart("Hmm, yes", Asking.Signed("dGg=")),
            new TextPart("Blue"),
            new ReasoningPart("", Asking.Signed("dHh0")),
            new ToolCallPart("call_gR4x_0", "get_weather", """{"city": "Lima", "n": 1.0}""") { Token = Asking.Signed("c2ln") },
            new ToolCallPart("own", "get_time", "{}"),
        ]);
    }

    [Fact]
    public void What_was_read_goes_back_as_it_came()
    {
        const string Said = """{"text":"Hmm","thought":true,"thoughtSignature":"dGg="},{"text":"Blue","thoughtSignature":"dHh0"},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"g","args":{"a":1}}}""";
        var choice = Fold(Unary(Parts(Said))).Choices.Single();
        Asking.Request(Asking.User("hi"), new Turn(Role.Assistant, choice.Parts)).Member(Asking.Three, "contents")
            .ShouldBe("""[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[""" + Said + "]}]");
    }

    [Theory]
    [InlineData("STOP", FinishReason.Stop)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("SAFETY", FinishReason.ContentFilter)]
    [InlineData("RECITATION", FinishReason.ContentFilter)]
    [InlineData("BLOCKLIST", FinishReason.ContentFilter)]
    [InlineData("PROHIBITED_CONTENT", FinishReason.ContentFilter)]
    [InlineData("SPII", FinishReason.ContentFilter)]
    [InlineData("MODEL_ARMOR", FinishReason.ContentFilter)]
    [InlineData("IMAGE_SAFETY", FinishReason.ContentFilter)]
    [InlineData("IMAGE_PROHIBITED_CONTENT", FinishReason.ContentFilter)]
    [InlineData("IMAGE_RECITATION", FinishReason.ContentFilter)]
    [InlineData("MALFORMED_FUNCTION_CALL", FinishReason.Malformed)]
    [InlineData("UNEXPECTED_TOOL_CALL", FinishReason.Malformed)]
    [InlineData("TOO_MANY_TOOL_CALLS", FinishReason.Malformed)]
    [InlineData("LANGUAGE", FinishReason.Other)]
    [InlineData("OTHER", FinishReason.Other)]
    [InlineData("NO_IMAGE", FinishReason.Other)]
    [InlineData("SOMETHING_NEW", FinishReason.Other)]
    public void Knows_every_finish_reason(string native, FinishReason finish)
    {
        var choice = Fold(Unary(Parts("{\"text\":\"part\"}", native))).Choices.Single();
        (choice.Finish, choice.NativeFinish).ShouldBe((finish, native));
    }

    [Fact]
    public void A_blocked_prompt_is_an_empty_answer_of_the_filter()
    {
        var answer = Fold(Unary("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":9,"totalTokenCount":9},"responseId":"b"}"""));
        var choice = answer.Choices.Single();
        (choice.Finish, choice.NativeFinish, choice.Parts.Count, answer.Usage.Input, answer.IsWhole).ShouldBe((FinishReason.ContentFilter, "PROHIBITED_CONTENT", 0, 9, true));
    }

    [Fact]
    public void Counts_thoughts_to_the_output_and_the_provider_s_tools_to_the_input() =>
        Fold(Unary(Body("""{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}""", """
            "usageMetadata":{"promptTokenCount":40,"cachedContentTokenCount":30,"candidatesTokenCount":6,"thoughtsTokenCount":3,"toolUsePromptTokenCount":5,"totalTokenCount":54,
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":28},{"modality":"AUDIO","tokenCount":12}],"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":2}]},
            """))).Usage.ShouldBe(new TokenUsage { Input = 45, CachedInput = 30, Output = 9, Reasoning = 3, AudioInput = 12, AudioOutput = 2 });

    [Fact]
    public void Counts_the_tokens_of_images_and_names_the_tier() =>
        Fold(Unary(Body("""{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}""", """
            "usageMetadata":{"promptTokenCount":40,"candidatesTokenCount":1290,"totalTokenCount":1330,"trafficType":"ON_DEMAND_PRIORITY",
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":28},{"modality":"IMAGE","tokenCount":12}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290}]},
            """))).Usage.ShouldBe(new TokenUsage { Input = 40, Output = 1290, ImageInput = 12, ImageOutput = 1290, ServiceTier = "priority" });

    [Fact]
    public void Reads_log_probabilities_in_the_grammar_of_OpenAI() =>
        Fold(Unary(Body("""
            {"content":{"parts":[{"text":"é"}]},"finishReason":"STOP","logprobsResult":{
              "chosenCandidates":[{"token":"é","tokenId":5,"logProbability":-0.25}],
              "topCandidates":[{"candidates":[{"token":"é","logProbability":-0.25},{"token":"e","logProbability":-1.5}]}]}}
            """))).Choices.Single().Logprobs.Single().ToString()
            .ShouldBe("""[{"token":"é","logprob":-0.25,"bytes":[195,169],"top_logprobs":[{"token":"é","logprob":-0.25,"bytes":[195,169]},{"token":"e","logprob":-1.5,"bytes":[101]}]}]""");

    [Fact]
    public void Sources_become_annotations_counted_in_characters()
    {
        var part = Fold(Unary(Body("""
            {"content":{"parts":[{"text":"Größe: 2 m."}]},"finishReason":"STOP",
             "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example/","title":"A"}},{"web":{"title":"no address"}}],
               "groundingSupports":[{"segment":{"startIndex":9,"endIndex":13,"text":" 2 m"},"groundingChunkIndices":[0,1,7]}]},
             "citationMetadata":{"citations":[{"startIndex":0,"endIndex":7,"uri":"https://b.example/"}]}}
            """))).Choices.Single().Parts.Single().ShouldBeOfType<TextPart>();
        part.AnnotationsDialect.ShouldBe("openai.chat");
        part.Annotations.ToString().ShouldBe(
            """[{"type":"url_citation","url_citation":{"start_index":7,"end_index":11,"url":"https://a.example/","title":"A"}},{"type":"url_citation","url_citation":{"start_index":0,"end_index":5,"url":"https://b.example/","title":"https://b.example/"}}]""");
    }

    [Fact]
    public void Media_and_code_of_the_provider_are_told_as_markdown() =>
        Fold(Unary(Parts("""
            {"inlineData":{"mimeType":"image/png","data":"aGk="}},{"executableCode":{"language":"PYTHON","code":"print(1)"}},
            {"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}},{"fileData":{"mimeType":"audio/wav","fileUri":"gs://b/a.wav"}}
            """))).Choices.Single().Parts.Cast<TextPart>().Select(t => t.Text)
            .ShouldBe(["![image](data:image/png;base64,aGk=)", "\n```python\nprint(1)\n```\n", "\n```\n1\n```\n", "[audio/wav](gs://b/a.wav)"]);

    [Fact]
    public void Names_of_tools_come_back_as_the_client_knows_them() =>
        Fold(Unary(Parts("""{"functionCall":{"name":"get_weather","args":{}}}"""), Asking.Hi with { Tools = [Asking.Function("get weather")] }))
            .Choices.Single().Parts.OfType<ToolCallPart>().Single().Name.ShouldBe("get weather");

    [Fact]
    public void Ids_of_calls_differ_within_an_answer_and_between_turns_even_without_an_id_of_the_answer()
    {
        const string Twice = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP"}]}""";
        var first = Ids(Asking.Hi);
        first.ShouldBe(Ids(Asking.Hi));
        first.Concat(Ids(Asking.Request(Asking.User("hi"), Asking.Model(new TextPart("a")), Asking.User("b")))).Distinct().Count().ShouldBe(4);

        string[] Ids(ChatRequest request) => [.. Fold(Unary(Twice, request)).Choices.Single().Parts.OfType<ToolCallPart>().Select(c => c.Id)];
    }

    [Fact]
    public void Reads_several_candidates()
    {
        var answer = Fold(Unary(Body("""{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"},{"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"MAX_TOKENS"}""")));
        answer.Choices.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Index} {((TextPart)c.Parts[0]).Text} {c.Finish}")).ShouldBe(["0 a Stop", "1 b Length"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("")]
    public void Refuses_what_is_no_answer(string body) => Should.Throw<FormatException>(() => Unary(body));

    [Fact]
    public void An_error_in_place_of_an_answer_is_told_as_one() =>
        Unary("""[{"error":{"code":429,"message":"Slow down","status":"RESOURCE_EXHAUSTED"}}]""")
            .ShouldBe([new ChatEvent(ChatEventKind.Error) { Name = "RESOURCE_EXHAUSTED", Text = "Slow down", Index = 429 }]);
}
