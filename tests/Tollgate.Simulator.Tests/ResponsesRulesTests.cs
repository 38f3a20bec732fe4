using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Tests;

/// <summary>What the Responses API refuses, and what comes back to it.</summary>
public sealed class ResponsesRulesTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Path = "/v1/responses";
    private const string Call = """{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}""";

    [Theory]
    [InlineData("""{"model":"m","input":"x","messages":[]}""", "Unknown parameter: 'messages'")]
    [InlineData("""{"model":"m","input":"x","max_output_tokens":15}""", "Expected a value >= 16")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function"}]}""", "tools[0].name")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function","name":"get weather"}]}""", "does not match pattern")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function","name":"f","strict":true,"parameters":{"type":"object"}}]}""", "'additionalProperties' is required")]
    [InlineData("""{"model":"m","input":"x","tool_choice":{"type":"function","name":"f"}}""", "Tool choice 'f' not found")]
    [InlineData("""{"model":"m","input":"x","tool_choice":"required"}""", "must be specified with 'tools'")]
    [InlineData("""{"model":"m","input":"x","text":{"format":{"type":"json_schema","schema":{}}}}""", "text.format.name")]
    [InlineData("""{"model":"gpt-4o","input":"x","reasoning":{"effort":"low"}}""", "not supported with this model")]
    [InlineData("""{"model":"gpt-4o","input":"x","include":["reasoning.encrypted_content"]}""", "Encrypted content is not supported")]
    [InlineData("""{"model":"m","input":[{"role":"judge","content":"x"}]}""", "Invalid value: 'judge'")]
    [InlineData("""{"model":"m","input":[{"role":"assistant","content":[{"type":"input_text","text":"x"}]}]}""", "'output_text' and 'refusal'")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"output_text","text":"x"}]}]}""", "'input_text', 'input_image', and 'input_file'")]
    [InlineData("""{"model":"m","input":[""" + Call + "]}", "No tool output found for function call c")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"x"}]}""", "No tool call found for function call output with call_id c")]
    [InlineData("""{"model":"m","input":[{"type":"reasoning","summary":[],"encrypted_content":"gAAAAAwrong"}]}""", "could not be verified")]
    [InlineData("""{"model":"m","input":[{"type":"item_reference","id":"msg_0"}]}""", "Item with id 'msg_0' not found")]
    public async Task Is_refused_in_OpenAIs_words(string body, string text)
    {
        using var response = await simulator.Client.SendAsync(Requests.To(Path, body));
        ((int)response.StatusCode is 400 or 404).ShouldBeTrue();
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]!.GetValue<string>().ShouldContain(text);
    }

    [Fact]
    public async Task Thoughts_come_back_as_they_were_or_not_at_all()
    {
        var answer = await simulator.Client.JsonAsync(Requests.To(Path, """{"model":"gpt-5","input":"x","reasoning":{"effort":"low"},"include":["reasoning.encrypted_content"]}"""));
        var thought = answer["output"]![0]!;
        await simulator.Client.JsonAsync(Requests.To(Path, $$"""{"model":"gpt-5","input":[{{thought.ToJsonString()}},{"role":"user","content":"and?"}]}"""));

        thought["encrypted_content"] = thought["encrypted_content"]!.GetValue<string>() + "x";
        using var refused = await simulator.Client.SendAsync(Requests.To(Path, $$"""{"model":"gpt-5","input":[{{thought.ToJsonString()}},{"role":"user","content":"and?"}]}"""));
        ((int)refused.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task An_item_that_is_kept_can_be_named()
    {
        var answer = await simulator.Client.JsonAsync(Requests.To(Path, """{"model":"gpt-5","input":"x"}"""));
        var id = answer["output"]![0]!["id"]!.GetValue<string>();

        (await simulator.Client.JsonAsync(Requests.To(Path, $$"""{"model":"gpt-5","input":[{"type":"item_reference","id":"{{id}}"},{"role":"user","content":"and?"}]}""")))["status"]!.GetValue<string>().ShouldBe("completed");
    }

    [Fact]
    public async Task Only_allowed_tools_are_called()
    {
        var answer = await simulator.Client.JsonAsync(Requests.To(Path, """
            {"model":"gpt-5","input":"x","tools":[{"type":"function","name":"f"},{"type":"function","name":"g"}],"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"g"}]}}
            """));
        answer["output"]!.AsArray().Select(i => i!["name"]?.GetValue<string>()).ShouldBe(["g"]);
    }
}
