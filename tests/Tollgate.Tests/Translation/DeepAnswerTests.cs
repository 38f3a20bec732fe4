using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translation;

/// <summary>Tool arguments may be nested deeper than the 64 levels that JSON readers allow by default.</summary>
public sealed class DeepAnswerTests
{
    private static readonly string Deep = "{\"a\":" + new string('[', 100) + new string(']', 100) + "}";

    [Fact]
    public async Task Deep_arguments_come_through_from_Converse()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, $$$"""{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"f","input":{{{Deep}}}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"""));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ p: {{ kind: aws-bedrock, url: \"{provider.Url}\", region: us-east-1, aws: {{ accessKeyId: AKIDEXAMPLE, secretAccessKey: SECRETEXAMPLE }} }} }}\nmodels: {{ m: p }}\n");
        (await ArgumentsAsync(gateway)).ShouldBe(Deep);
    }

    [Fact]
    public async Task Deep_arguments_come_through_from_Anthropic()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"tool_use","id":"t1","name":"f","input":{{{Deep}}}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"""));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ p: {{ kind: anthropic, url: \"{provider.Url}/v1\", key: k }} }}\nmodels: {{ m: p }}\n");
        (await ArgumentsAsync(gateway)).ShouldBe(Deep);
    }

    private static async Task<string?> ArgumentsAsync(TestGateway gateway)
    {
        var (status, body, _) = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]}""");
        status.ShouldBe(200, body);
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString();
    }
}
