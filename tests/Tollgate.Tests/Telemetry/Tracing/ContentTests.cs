using System.Diagnostics;
using System.Text.Json;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry.Tracing;

/// <summary>What users wrote is on spans only when somebody asked for it; then redacted and no longer than allowed.</summary>
public sealed class ContentTests
{
    private const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    private const string Body = """
        {"model":"m","tools":[{"type":"function","function":{"name":"weather","description":"Tells it","parameters":{"type":"object"}}}],
         "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
          {"role":"assistant","content":null,"tool_calls":[{"id":"call_0","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_0","content":"rainy"}]}
        """;

    private static readonly TracingOptions All = new() { Inputs = true, Outputs = true };

    [Fact]
    public async Task Content_of_a_chat_as_gen_ai()
    {
        var span = await ChatAsync(Body, Answer, All);
        Text(span, "gen_ai.system_instructions").ShouldBe("""[{"type":"text","content":"Be brief."}]""");
        Text(span, "gen_ai.input.messages").ShouldBe("""[{"role":"user","parts":[{"type":"text","content":"What is this?"},{"type":"blob","mime_type":"image/png","content":"[redacted]","modality":"image"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"call_0","name":"weather","arguments":{}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"call_0","response":"rainy"}]}]""");
        Text(span, "gen_ai.output.messages").ShouldBe("""[{"role":"assistant","parts":[{"type":"tool_call","id":"call_1","name":"weather","arguments":{"city":"Paris"}}],"finish_reason":"tool_call"}]""");
        Text(span, "gen_ai.tool.definitions").ShouldBe("""[{"type":"function","name":"weather","description":"Tells it","parameters":{"type":"object"}}]""");
    }

    [Fact]
    public async Task Content_of_a_chat_as_openinference()
    {
        var span = await ChatAsync(Body, Answer, All with { Convention = TracingConvention.OpenInference, Media = true });
        var content = span.TagObjects.Where(t => t.Key.StartsWith("llm.input_messages.", StringComparison.Ordinal) || t.Key.StartsWith("llm.output_messages.", StringComparison.Ordinal) || t.Key.StartsWith("llm.tools.", StringComparison.Ordinal));
        string.Join('\n', content.Select(t => $"{t.Key}: {t.Value}")).ShouldBe(
            """
            llm.input_messages.0.message.role: system
            llm.input_messages.0.message.content: Be brief.
            llm.input_messages.1.message.role: user
            llm.input_messages.1.message.contents.0.message_content.type: text
            llm.input_messages.1.message.contents.0.message_content.text: What is this?
            llm.input_messages.1.message.contents.1.message_content.type: image
            llm.input_messages.1.message.contents.1.message_content.image.image.url: data:image/png;base64,AAAA
            llm.input_messages.2.message.role: assistant
            llm.input_messages.2.message.tool_calls.0.tool_call.id: call_0
            llm.input_messages.2.message.tool_calls.0.tool_call.function.name: weather
            llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments: {}
            llm.input_messages.3.message.role: tool
            llm.input_messages.3.message.tool_call_id: call_0
            llm.input_messages.3.message.content: rainy
            llm.tools.0.tool.name: weather
            llm.tools.0.tool.description: Tells it
            llm.tools.0.tool.json_schema: {"type":"object"}
            llm.output_messages.0.message.role: assistant
            llm.output_messages.0.message.tool_calls.0.tool_call.id: call_1
            llm.output_messages.0.message.tool_calls.0.tool_call.function.name: weather
            llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments: {"city":"Paris"}
            """);
        span.GetTagItem("input.value").ShouldBeNull();
    }

    [Fact]
    public async Task What_is_no_conversation_is_shown_as_it_is()
    {
        var span = await SpanConventionTests.RunAsync("openai", "/v1/embeddings", """{"object":"list","data":[],"model":"e","usage":{"prompt_tokens":1,"total_tokens":1}}""",
            """{"model":"m","input":"a text"}""", All with { Convention = TracingConvention.OpenInference });
        Text(span, "input.value").ShouldBe("""{"model":"m","input":"a text"}""");
        Text(span, "input.mime_type").ShouldBe("application/json");
        Text(span, "output.value").ShouldContain("\"usage\"");
        Text(span, "openinference.span.kind").ShouldBe("EMBEDDING");
        Text(span, "embedding.model_name").ShouldBe("served");
    }

    [Fact]
    public async Task A_streamed_answer_is_put_together()
    {
        var span = await SpanConventionTests.RunAsync("openai", "/v1/chat/completions", c => c.StreamAsync(RequestTraceTests.Stream(), 40), """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""", All);
        Text(span, "gen_ai.output.messages").ShouldBe("""[{"role":"assistant","parts":[{"type":"text","content":"ok"}],"finish_reason":"stop"}]""");
    }

    [Theory]
    [InlineData(TracingConvention.GenAI)]
    [InlineData(TracingConvention.OpenInference)]
    public async Task Nothing_of_the_content_is_captured_by_default(TracingConvention convention)
    {
        var span = await ChatAsync(Body, Answer, new TracingOptions { Convention = convention });
        foreach (var secret in (string[])["Be brief", "What is this", "rainy", "Paris", "weather", "AAAA"])
        {
            SpanRecorder.Describe(span).ShouldNotContain(secret);
        }
    }

    [Theory]
    [InlineData("sk-proj-abcdefghijklmnop0123456789", "key [redacted] ok")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "key [redacted] ok")]
    [InlineData("ghp_0123456789abcdef0123456789abcdef0123", "key [redacted] ok")]
    [InlineData("Bearer 0123456789abcdef0123", "key [redacted] ok")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLWhlcmU", "key [redacted] ok")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\\nMIIEow==\\n-----END RSA PRIVATE KEY-----", "key [redacted] ok")]
    [InlineData("task-oriented, risk-free and sk-short", "key task-oriented, risk-free and sk-short ok")]
    public async Task Secrets_that_people_paste_are_taken_out(string secret, string shown)
    {
        var span = await ChatAsync($$"""{"model":"m","messages":[{"role":"user","content":"key {{secret}} ok"}]}""", Answer, All);
        using var messages = JsonDocument.Parse(Text(span, "gen_ai.input.messages"));
        messages.RootElement[0].GetProperty("parts")[0].GetProperty("content").GetString().ShouldBe(shown);
    }

    [Fact]
    public async Task An_attribute_is_no_longer_than_allowed_and_still_json()
    {
        var turns = string.Join(',', Enumerable.Range(0, 400).Select(i => $$"""{"role":"user","content":"{{new string('x', 100)}}😀"}"""));
        var span = await ChatAsync($$"""{"model":"m","messages":[{{turns}}]}""", Answer, All with { MaxContent = 2000 });
        var text = Text(span, "gen_ai.input.messages");
        text.Length.ShouldBeInRange(1000, 4000);
        using var messages = JsonDocument.Parse(text);
        messages.RootElement.GetArrayLength().ShouldBeGreaterThan(3);
    }

    private static Task<Activity> ChatAsync(string body, string answer, TracingOptions options) =>
        SpanConventionTests.RunAsync("openai", "/v1/chat/completions", answer, body, options);

    private static string Text(Activity span, string name) => span.GetTagItem(name).ShouldBeOfType<string>();
}
