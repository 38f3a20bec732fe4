using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Tests.Dialects.OpenAIResponses;

public sealed class RequestWriterTests
{
    private static ChatRequest Chat(string body) => OpenAIChatClient.Instance.ReadRequest(System.Text.Encoding.UTF8.GetBytes(body));

    private static ChatRequest Messages(string body) => AnthropicMessagesClient.Instance.ReadRequest(System.Text.Encoding.UTF8.GetBytes(body));

    private static void ShouldBeJson(string actual, string expected) => actual.ShouldBe(JsonNode.Parse(expected)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    [Fact]
    public void A_request_of_chat_completions_is_said_in_items()
    {
        var request = Chat("""
            {"model":"x","messages":[{"role":"system","content":"Be brief."},{"role":"developer","content":"Metric units."},
            {"role":"user","content":[{"type":"text","text":"How tall?"},{"type":"image_url","image_url":{"url":"https://example.com/d.png","detail":"low"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,aQ=="}}]},
            {"role":"assistant","content":"I measure.","thinking_blocks":[{"type":"redacted_thinking","thinking":"hm","data":"gAAA","provider":"openai"}],
              "tool_calls":[{"id":"c1","type":"function","function":{"name":"measure","arguments":"{\"item\": 1.0}"}},{"id":"c2","type":"function","function":{"name":"ring","arguments":""}}]},
            {"role":"tool","tool_call_id":"c1","content":"203 cm"},{"role":"tool","tool_call_id":"c2","content":""},{"role":"user","content":"Thanks."}],
            "tools":[{"type":"function","function":{"name":"measure","description":"d","parameters":{"type":"object"},"strict":true}},{"type":"function","function":{"name":"ring"}}],
            "tool_choice":{"type":"function","function":{"name":"ring"}},"parallel_tool_calls":false,"max_tokens":50,"temperature":0.5,"top_p":0.9,"logprobs":true,"top_logprobs":2,
            "reasoning_effort":"low","response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}},"verbosity":"high","user":"u",
            "service_tier":"flex","prompt_cache_key":"k","stream":true,"stream_options":{"include_usage":true}}
            """);

        ShouldBeJson(Responses.WriteRequest(request), """
            {"model":"gpt-5","instructions":"Be brief.","input":[{"role":"developer","content":[{"type":"input_text","text":"Metric units."}]},
            {"role":"user","content":[{"type":"input_text","text":"How tall?"},{"type":"input_image","image_url":"https://example.com/d.png","detail":"low"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aQ=="}]},
            {"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"},
            {"role":"assistant","content":[{"type":"output_text","text":"I measure."}]},
            {"type":"function_call","call_id":"c1","name":"measure","arguments":"{\"item\": 1.0}"},{"type":"function_call","call_id":"c2","name":"ring","arguments":"{}"},
            {"type":"function_call_output","call_id":"c1","output":"203 cm"},{"type":"function_call_output","call_id":"c2","output":""},
            {"role":"user","content":[{"type":"input_text","text":"Thanks."}]}],
            "tools":[{"type":"function","name":"measure","description":"d","parameters":{"type":"object","properties":{}},"strict":true},
              {"type":"function","name":"ring","parameters":{"type":"object","properties":{}},"strict":false}],
            "tool_choice":{"type":"function","name":"ring"},"parallel_tool_calls":false,"max_output_tokens":50,"temperature":0.5,"top_p":0.9,"top_logprobs":2,
            "reasoning":{"effort":"low"},"text":{"format":{"type":"json_schema","name":"s","strict":true,"schema":{"type":"object"}},"verbosity":"high"},
            "include":["reasoning.encrypted_content","message.output_text.logprobs"],"user":"u","service_tier":"flex","prompt_cache_key":"k","store":false,"stream":true}
            """);
    }

    [Fact]
    public void A_request_of_messages_is_said_in_items()
    {
        var request = Messages("""
            {"model":"x","max_tokens":2000,"system":"Be brief.","thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"x"},
            {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"r"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aQ=="}}]},{"type":"text","text":"so?"}]}],
            "tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"any"}}
            """);

        var written = JsonNode.Parse(Responses.WriteRequest(request, out var log))!;

        written["input"]!.AsArray().Skip(1).Select(i => i!.ToJsonString()).ShouldBe([
            """{"type":"function_call","call_id":"t1","name":"f","arguments":"{\u0022a\u0022:1}"}""",
            """{"type":"function_call_output","call_id":"t1","output":[{"type":"input_text","text":"r"},{"type":"input_image","image_url":"data:image/png;base64,aQ==","detail":"auto"}]}""",
            """{"role":"user","content":[{"type":"input_text","text":"so?"}]}""",
        ]);
        written["reasoning"]!.ToJsonString().ShouldBe("""{"effort":"low","summary":"auto"}""");
        written["tool_choice"]!.GetValue<string>().ShouldBe("required");
        log.Entries.Select(e => e.Rule.Field).ShouldBe(["thinking budget"]);
    }

    [Fact]
    public void Models_that_do_not_reason_are_not_asked_for_their_thoughts()
        => JsonNode.Parse(Responses.WriteRequest(Responses.Question, model: "gpt-4o"))!.AsObject().ContainsKey("include").ShouldBeFalse();

    [Fact]
    public void A_client_that_wants_it_kept_has_its_way()
        => JsonNode.Parse(Responses.WriteRequest(Chat("""{"model":"x","store":true,"metadata":{"a":"b"},"messages":[{"role":"user","content":"x"}]}""")))!["store"]!.GetValue<bool>().ShouldBeTrue();

    [Fact]
    public void A_custom_tool_is_one_here_too()
    {
        var written = Responses.WriteRequest(Chat("""
            {"model":"x","messages":[{"role":"user","content":"x"}],"tools":[{"type":"custom","custom":{"name":"sh","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"d"}}}}],
            "tool_choice":{"type":"custom","custom":{"name":"sh"}}}
            """));

        written.ShouldContain("""{"type":"custom","name":"sh","format":{"type":"grammar","syntax":"lark","definition":"d"}}""");
        written.ShouldContain("""
            "tool_choice":{"type":"custom","name":"sh"}
            """);
    }

    [Fact]
    public void Search_becomes_a_tool()
        => Responses.WriteRequest(Chat("""
            {"model":"x","messages":[{"role":"user","content":"x"}],"web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"Kyoto"}}}}
            """), out _).ShouldContain("""
            "tools":[{"type":"web_search","search_context_size":"low","user_location":{"type":"approximate","city":"Kyoto"}}]
            """);

    [Fact]
    public void Names_and_ids_that_OpenAI_refuses_are_replaced_alike()
    {
        var id = "tooluse_" + new string('x', 60);
        var request = Responses.Question with
        {
            Tools = [new Tool("get weather", null, default)],
            Turns = [new(Role.Assistant, [new ToolCallPart(id, "get weather", "{}")]), new(Role.User, [new ToolResultPart(id, [], false)])],
        };

        var written = JsonNode.Parse(Responses.WriteRequest(request))!;

        written["tools"]![0]!["name"]!.GetValue<string>().ShouldBe("get_weather");
        written["input"]![0]!["name"]!.GetValue<string>().ShouldBe("get_weather");
        var call = written["input"]![0]!["call_id"]!.GetValue<string>();
        (call.Length <= 64, written["input"]![1]!["call_id"]!.GetValue<string>()).ShouldBe((true, call));
    }
}
