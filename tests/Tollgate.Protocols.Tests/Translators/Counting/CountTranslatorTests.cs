using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators;
using Tollgate.Protocols.Translators.Counting;

namespace Tollgate.Protocols.Tests.Translators.Counting;

public sealed class CountTranslatorTests
{
    private const string Question = """{"model":"m","system":"Be brief.","messages":[{"role":"user","content":"Hi é"}],"tools":[{"name":"t","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},"thinking":{"type":"enabled","budget_tokens":2000}}""";

    [Fact]
    public void Asks_Bedrock_for_the_prompt_alone_by_the_name_of_the_model()
    {
        var call = CountTranslator.ByConverse(CountingClient.Messages).Ask(Question, "eu.anthropic.claude-sonnet-4-20250514-v1:0").Exchange!.Calls.Single();
        (call.Verb, call.Model, call.IsWrapper).ShouldBe(("count-tokens", "anthropic.claude-sonnet-4-20250514-v1:0", true));
        Text(call.Body).ShouldBe("""{"input":{"converse":{"system":[{"text":"Be brief."}],"messages":[{"role":"user","content":[{"text":"Hi é"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"any":{}}}}}}""");
    }

    [Theory]
    [InlineData("us.anthropic.claude-x", "anthropic.claude-x")]
    [InlineData("global.anthropic.claude-x", "anthropic.claude-x")]
    [InlineData("us-gov.anthropic.claude-x", "anthropic.claude-x")]
    [InlineData("anthropic.claude-x", "anthropic.claude-x")]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/us.x", "arn:aws:bedrock:us-east-1:1:inference-profile/us.x")]
    public void Takes_the_region_off_a_models_name(string name, string model) => BedrockModel.WithoutRegion(name).ShouldBe(model);

    [Fact]
    public void Wraps_a_request_of_Messages_for_Bedrock_as_it_is_with_a_version_and_a_limit()
    {
        var call = CountTranslator.ByInvokeModel(CountingClient.Messages).Ask(Question, "us.anthropic.claude-v1").Exchange!.Calls.Single();
        (call.Verb, call.Model, call.IsWrapper).ShouldBe(("count-tokens", "anthropic.claude-v1", true));
        Inner(call).ShouldBe("""{"anthropic_version":"bedrock-2023-05-31","max_tokens":1,""" + Question["""{"model":"m",""".Length..]);
    }

    [Fact]
    public void Keeps_the_limit_and_version_that_the_client_has_written()
    {
        const string Body = """{"model":"m","anthropic_version":"bedrock-x","max_tokens":7,"messages":[{"role":"user","content":"a"}]}""";
        Inner(CountTranslator.ByInvokeModel(CountingClient.Messages).Ask(Body, "x").Exchange!.Calls.Single()).ShouldBe(Body.Replace("""{"model":"m",""", "{", StringComparison.Ordinal));
    }

    [Fact]
    public void Asks_Vertex_for_contents_instruction_and_tools()
    {
        var call = CountTranslator.ByGemini(CountingClient.Messages).Ask(Question, "gemini-2.5-flash").Exchange!.Calls.Single();
        call.Verb.ShouldBe(":countTokens");
        using var json = JsonDocument.Parse(call.Body);
        json.RootElement.EnumerateObject().Select(p => p.Name).Order().ShouldBe(["contents", "systemInstruction", "tools"]);
    }

    [Fact]
    public void Asks_Anthropic_for_what_its_counter_takes()
    {
        var call = CountTranslator.ByMessages(CountingClient.Tokenize).Ask("""{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"}],"add_generation_prompt":true}""", "claude-haiku-4-5").Exchange!.Calls.Single();
        call.As.ShouldBe(Operations.CountTokens);
        Text(call.Body).ShouldBe("""{"model":"claude-haiku-4-5","system":[{"type":"text","text":"S"}],"messages":[{"role":"user","content":[{"type":"text","text":"U"}]}]}""");
    }

    [Fact]
    public void Asks_a_vLLM_server_with_messages()
    {
        var call = CountTranslator.ByTokenize(CountingClient.Messages).Ask("""{"model":"m","messages":[{"role":"user","content":"U"}]}""", "qwen").Exchange!.Calls.Single();
        call.As.ShouldBe(Operations.Tokenize);
        Text(call.Body).ShouldBe("""{"model":"qwen","messages":[{"role":"user","content":"U"}]}""");
    }

    [Theory]
    [InlineData("""{"inputTokens":41}""", 41)]
    [InlineData("""{"inputTokens":0}""", 0)]
    public void Tells_each_client_in_its_own_words(string answer, int count)
    {
        CountTranslator.ByConverse(CountingClient.Messages).Fold(Question, "m", answer).ShouldBe(($$"""{"input_tokens":{{count}}}""", new TokenUsage { Input = count }));
        CountTranslator.ByConverse(CountingClient.Tokenize).Fold("""{"prompt":"a"}""", "m", answer).Json.ShouldBe($$"""{"count":{{count}},"max_model_len":0,"tokens":null}""");
    }

    [Fact]
    public void Takes_a_count_that_Vertex_leaves_out_for_zero() =>
        CountTranslator.ByGemini(CountingClient.Messages).Fold(Question, "gemini-2.5-flash", "{}").Json.ShouldBe("""{"input_tokens":0}""");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"inputTokens":"many"}""")]
    [InlineData("[]")]
    public void Refuses_an_answer_without_a_count(string answer) =>
        Should.Throw<FormatException>(() => CountTranslator.ByConverse(CountingClient.Messages).Fold(Question, "m", answer));

    [Fact]
    public void Estimates_without_asking_anybody_and_says_so()
    {
        var translator = CountTranslator.ByEstimate(CountingClient.Messages);
        var exchange = translator.Ask(Question, "m").Exchange!;
        exchange.Calls.ShouldBeEmpty();
        exchange.Estimated.ShouldBe("input_tokens");
        var (json, usage) = translator.Fold(Question, "m", Array.Empty<string>());
        usage.IsKnown.ShouldBeFalse();
        using var answer = JsonDocument.Parse(json);
        answer.RootElement.GetProperty("input_tokens").GetInt32().ShouldBeInRange(20, 50);
    }

    [Theory]
    [InlineData("""{"prompt":"one two"}""", 2)]
    [InlineData("""{"messages":[{"role":"user","content":"one two"}]}""", 9)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}""", 807)]
    public void Estimates_texts_what_is_around_messages_and_media(string body, int count) =>
        CountTranslator.ByEstimate(CountingClient.Tokenize).Fold(body, "m", Array.Empty<string>()).Json.ShouldStartWith($$"""{"count":{{count}},""");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"prompt":"a","messages":[{"role":"user","content":"a"}]}""")]
    [InlineData("""{"prompt":7}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"continue_final_message":true}""")]
    public void Names_what_is_wrong_with_a_request_of_tokenize(string body) =>
        Should.Throw<ChatFormatException>(() => CountTranslator.ByEstimate(CountingClient.Tokenize).Ask(body, "m"));

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    private static string Inner(UpstreamCall call)
    {
        using var outer = JsonDocument.Parse(call.Body);
        return Encoding.UTF8.GetString(outer.RootElement.GetProperty("input").GetProperty("invokeModel").GetProperty("body").GetBytesFromBase64());
    }
}
