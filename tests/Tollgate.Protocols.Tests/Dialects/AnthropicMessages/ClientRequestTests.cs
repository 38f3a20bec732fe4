using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class ClientRequestTests
{
    private const string Rich = """
        {"model":"m","max_tokens":64,"stream":true,"temperature":0.4,"top_p":0.9,"top_k":40,"stop_sequences":["Q","R"],
         "system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral","ttl":"1h"}}],
         "cache_control":{"type":"ephemeral"},
         "metadata":{"user_id":"u","team":"t"},"x_future":[1],"service_tier":null,
         "thinking":{"type":"adaptive","display":"summarized"},
         "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}},"task_budget":5},
         "tools":[{"name":"f","description":"d","input_schema":{"type": "object"},"strict":true,"input_examples":[{}],"cache_control":{"type":"ephemeral"}},{"type":"bash_20250124","name":"bash"}],
         "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
         "messages":[
          {"role":"user","content":"hi"},
          {"role":"system","content":"B"},
          {"role":"assistant","content":[
            {"type":"thinking","thinking":"t","signature":"s"},{"type":"thinking","thinking":"u","signature":""},{"type":"redacted_thinking","data":"r"},
            {"type":"tool_use","id":"c1","name":"f","input":{"a": 1.0}}]},
          {"role":"user","content":[
            {"type":"tool_result","tool_use_id":"c1","is_error":true,"content":[{"type":"text","text":"no"},{"type":"tool_reference","tool_name":"f"}]},
            {"type":"text","text":"\ud83d!"}]}]}
        """;

    private readonly ChatRequest _request = Read(Rich);

    [Fact]
    public void Reads_the_parameters()
    {
        (_request.Dialect, _request.MaxTokens, _request.Temperature, _request.TopP, _request.TopK, _request.User).ShouldBe(("anthropic.messages", 64, 0.4, 0.9, 40, "u"));
        (_request.Stream, _request.IncludeUsage, _request.ParallelToolCalls).ShouldBe((true, true, false));
        _request.Stop.ShouldBe(["Q", "R"]);
        _request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceMode.Named, "f"));
        _request.Reasoning.ShouldBe(new Reasoning { Enabled = true, Adaptive = true, Effort = "high", Visible = true });
        _request.Output!.Schema.ToString().ShouldBe("""{"type":"object"}""");
        _request.Extras.Select(e => e.Key + "=" + e.Value).ShouldBe(["x_future=[1]", "metadata.team=\"t\"", "output_config.task_budget=5", "tools.input_examples=[{}]"]);
    }

    [Fact]
    public void Reads_the_tools()
    {
        var (tool, bash) = (_request.Tools[0], _request.Tools[1]);
        (tool.Name, tool.Description, tool.Schema.ToString(), tool.Strict, tool.Cache).ShouldBe(("f", "d", """{"type": "object"}""", true, new CacheHint(null)));
        (bash.Name, bash.Opaque.ToString(), bash.OpaqueDialect).ShouldBe(("bash", """{"type":"bash_20250124","name":"bash"}""", "anthropic.messages"));
    }

    [Fact]
    public void Reads_the_conversation_in_order()
    {
        _request.System.Select(s => (s.Text, s.Cache?.Ttl)).ShouldBe([("A", "1h"), ("B", null)]);
        _request.Turns.Select(t => t.Role).ShouldBe([Role.User, Role.Assistant, Role.User]);
        _request.Turns[0].Parts.ShouldBe([new TextPart("hi") { Pointer = "/messages/0/content" }]);
        _request.Turns[1].Parts.ShouldBe([
            new ReasoningPart("t", Signed("s")) { Pointer = "/messages/2/content/0" },
            new ReasoningPart("u", null) { Pointer = "/messages/2/content/1" },
            new ReasoningPart(null, new("anthropic", OpaqueTokenKind.Redacted, "r")) { Pointer = "/messages/2/content/2" },
            new ToolCallPart("c1", "f", """{"a": 1.0}""") { Pointer = "/messages/2/content/3" }]);
        var result = _request.Turns[2].Parts[0].ShouldBeOfType<ToolResultPart>();
        (result.CallId, result.Name, result.IsError, result.Cache).ShouldBe(("c1", "f", true, null));
        result.Content[0].ShouldBe(new TextPart("no") { Pointer = "/messages/3/content/0/content/0" });
        var reference = result.Content[1].ShouldBeOfType<OpaquePart>();
        (reference.Dialect, reference.Json.ToString()).ShouldBe(("anthropic.messages", """{"type":"tool_reference","tool_name":"f"}"""));
    }

    [Fact]
    public void Puts_the_cache_mark_of_the_request_on_its_last_block()
        => _request.Turns[2].Parts[1].ShouldBe(new TextPart("\uFFFD!") { Pointer = "/messages/3/content/1", Cache = new(null) });

    [Theory]
    [InlineData("""{"type":"enabled","budget_tokens":1024}""", true, false, 1024L)]
    [InlineData("""{"type":"disabled"}""", false, false, null)]
    [InlineData("""{"type":"adaptive"}""", true, true, null)]
    public void Reads_every_way_to_think(string thinking, bool enabled, bool adaptive, long? budget)
        => Read($$"""{"model":"m","max_tokens":1,"messages":[],"thinking":{{thinking}}}""").Reasoning
            .ShouldBe(new Reasoning { Enabled = enabled, Adaptive = adaptive, BudgetTokens = budget });

    [Theory]
    [InlineData("""{"messages":[]}""", "/max_tokens", "max_tokens: Field required")]
    [InlineData("""{"max_tokens":1}""", "/messages", "messages: Field required")]
    [InlineData("""{"max_tokens":"1","messages":[]}""", "/max_tokens", "max_tokens: Input should be a valid integer")]
    [InlineData("""{"max_tokens":1,"messages":{}}""", "/messages", "messages: Input should be a valid list")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"tool","content":""}]}""", "/messages/0/role", "messages.0.role: Input should be 'user', 'assistant' or 'system'")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user"}]}""", "/messages/0/content", "messages.0.content: Field required")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "/messages/0/content/0/text", "messages.0.content.0.text: Field required")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"ftp"}}]}]}""", "/messages/0/content/0/source/type", "messages.0.content.0.source.type: Input should be 'base64', 'url' or 'file'")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"{}"}]}]}""", "/messages/0/content/0/input", "messages.0.content.0.input: Input should be a valid dictionary")]
    [InlineData("""{"max_tokens":1,"messages":[],"tools":[{"name":"f"}]}""", "/tools/0/input_schema", "tools.0.input_schema: Field required")]
    [InlineData("""{"max_tokens":1,"messages":[],"tool_choice":{"type":"required"}}""", "/tool_choice/type", "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")]
    [InlineData("""{"max_tokens":1,"messages":[],"thinking":{"type":"enabled"}}""", "/thinking/budget_tokens", "thinking.budget_tokens: Field required")]
    [InlineData("""{"max_tokens":1,"messages":[],"stream":"yes"}""", "/stream", "stream: Input should be a valid boolean")]
    [InlineData("""{"max_tokens":1,"messages":[],"temperature":[]}""", "/temperature", "temperature: Input should be a valid number")]
    public void Names_the_place_and_what_belongs_there(string body, string pointer, string message)
    {
        var fault = Should.Throw<ChatFormatException>(() => Read(body));
        (fault.Pointer, fault.Message).ShouldBe((pointer, message));
    }

    [Fact]
    public void Throws_nothing_else_however_the_body_is_mangled_and_what_it_writes_is_json()
    {
        var utf8 = Encoding.UTF8.GetBytes(Rich.Replace("\\ud83d", "", StringComparison.Ordinal));
        string[] patches = ["null", "[]", "{}", "\"x\"", "1e400", "-1", "true", "", "\"", "\\ud800"];
        var edits = from at in Gen.Choose(0, utf8.Length - 1) from length in Gen.Choose(0, 12) from patch in Gen.Elements(patches) select (at, length, patch);
        Prop.ForAll(edits.ToArbitrary(), edit => Survives(utf8, edit)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    private static void Survives(byte[] utf8, (int At, int Length, string Patch) edit)
    {
        byte[] mangled = [.. utf8[..edit.At], .. Encoding.UTF8.GetBytes(edit.Patch), .. utf8[Math.Min(utf8.Length, edit.At + edit.Length)..]];
        try
        {
            var request = Tollgate.Protocols.Dialects.AnthropicMessages.AnthropicMessagesClient.Instance.ReadRequest(mangled);
            foreach (var model in (string[])[Current, Older, "x"]) JsonDocument.Parse(Ask(request, model).Json, new JsonDocumentOptions { MaxDepth = 300 }).Dispose();
        }
        catch (ChatFormatException)
        {
            // The one exception that is allowed.
        }
    }
}
