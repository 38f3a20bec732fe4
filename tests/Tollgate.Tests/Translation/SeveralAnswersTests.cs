using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translation;

/// <summary>n answers of providers that write one.</summary>
public sealed class SeveralAnswersTests
{
    [Theory]
    [InlineData("anthropic", 2)]
    [InlineData("aws-anthropic", 2)]
    [InlineData("gcp-anthropic", 3)]
    [InlineData("aws-bedrock", 8)]
    [InlineData("responses-only", 3)]
    public async Task Are_asked_for_one_by_one_and_come_as_one_answer_with_the_usage_of_all(string kind, int count)
    {
        var cell = Cell.Of(kind);
        var calls = 0;
        await using var rig = await TranslationRig.StartAsync(cell, call => call.AnswerAsync(
            200, ProviderWords.Whole(cell).Replace("Halt!", $"Halt {Interlocked.Increment(ref calls)}!", StringComparison.Ordinal)));
        var (status, body, _) = await rig.AskAsync(Cell.OpenAI, more: $",\"n\":{count}");
        status.ShouldBe(200, body);
        rig.Provider.Calls.Count.ShouldBe(count);
        rig.Provider.Calls.ShouldAllBe(call => !call.Text.Contains("\"n\":", StringComparison.Ordinal) && call.Target == cell.Target);
        var answer = JsonDocument.Parse(body).RootElement;
        var choices = answer.GetProperty("choices").EnumerateArray().ToList();
        choices.Select(c => c.GetProperty("index").GetInt32()).ShouldBe(Enumerable.Range(0, count));
        choices.Select(c => c.GetProperty("message").GetProperty("content").GetString()).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, count).Select(i => $"Halt {i}! é😀"));
        choices.ShouldAllBe(c => c.GetProperty("finish_reason").GetString() == "stop");
        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(11 * count);
        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(7 * count);
        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("attempts").GetInt32().ShouldBe(1);
        line.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(7 * count);
    }

    [Fact]
    public async Task One_that_fails_fails_them_all_and_the_next_backend_is_asked()
    {
        var cell = Cell.Of("anthropic");
        var calls = 0;
        await using var first = new ScriptedProvider(call => Interlocked.Increment(ref calls) == 2 ? call.AnswerAsync(429, ProviderWords.Error(cell)) : call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              first: {{cell.Configuration(first.Url)}}
              second: {{cell.Configuration(second.Url)}}
            models:
              m: [{ provider: first, model: {{cell.Model}} }, { provider: second, model: {{cell.Model}}, priority: 1 }]
            retry: { attempts: 2 }
            """);
        var (status, body, response) = await gateway.PostAsync(Cell.OpenAI, Cell.Ask(Cell.OpenAI, more: ",\"n\":2"));
        status.ShouldBe(200, body);
        JsonDocument.Parse(body).RootElement.GetProperty("choices").GetArrayLength().ShouldBe(2);
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["second"]);
        second.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Cost_what_all_of_them_cost()
    {
        var cell = Cell.Of("anthropic") with { Model = "claude-sonnet-4-5" };
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { p: {{cell.Configuration(provider.Url)}} }
            models: { m: [{ provider: p, model: {{cell.Model}} }] }
            prices: { p: { {{cell.Model}}: { input: 1000, output: 10000 } } }
            """);
        var (_, _, response) = await gateway.PostAsync(Cell.OpenAI, Cell.Ask(Cell.OpenAI, more: ",\"n\":2"));
        response.Headers.GetValues("x-tollgate-cost").Single().ShouldBe("0.162"); // 2 × (11 × 0.001 + 7 × 0.01)
    }
}
