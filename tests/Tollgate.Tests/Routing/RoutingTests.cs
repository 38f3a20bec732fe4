using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing;

/// <summary>Which provider gets a request, and under which name of the model.</summary>
public sealed class RoutingTests
{
    private readonly FixedChance _chance = new();

    [Theory]
    [InlineData("gpt-4o", "exact")]
    [InlineData("gpt-4o-mini", "first")] // both globs match: the one written first
    [InlineData("gpt-5", "second")]
    [InlineData("GPT-4o", "all")] // names are compared as they are written
    [InlineData("models/gemini/pro", "slash")]
    [InlineData("größe-模型-🙂", "unicode")]
    [InlineData("anything", "all")]
    [InlineData("*", "all")]
    public async Task Exact_names_come_before_globs_and_globs_in_order(string model, string expected)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, """
              gpt-4o*: [{ provider: p, model: first }]
              gpt-*: [{ provider: p, model: second }]
              gpt-4o: [{ provider: p, model: exact }]
              models/*/pro: [{ provider: p, model: slash }]
              größe-模型-🙂: [{ provider: p, model: unicode }]
              "*": [{ provider: p, model: all }]
            """);
        var (status, _, _) = await gateway.PostAsync(ErrorShape.OpenAI, $"{{\"model\":\"{model}\"}}");
        status.ShouldBe(200);
        provider.Last.Text.ShouldBe($"{{\"model\":\"{expected}\"}}");
    }

    [Theory]
    [InlineData(0.0, "a")]
    [InlineData(0.299, "a")]
    [InlineData(0.3, "c")] // b weighs nothing
    [InlineData(0.999, "c")]
    public async Task Chance_decides_by_weight(double chance, string expected)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, """
              m: [{ provider: p, model: a, weight: 3 }, { provider: p, model: b, weight: 0 }, { provider: p, model: c, weight: 7 }]
            """);
        _chance.Value = chance;
        await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"m\"}");
        provider.Last.Text.ShouldBe($"{{\"model\":\"{expected}\"}}");
    }

    [Theory, InlineData(0.0), InlineData(0.5), InlineData(0.999)]
    public async Task A_lower_priority_number_comes_first_whatever_the_weights(double chance)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, """
              m: [{ provider: p, model: later, priority: 1, weight: 1000 }, { provider: p, model: now, priority: 0 }]
            """);
        _chance.Value = chance;
        await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"m\"}");
        provider.Last.Text.ShouldBe("{\"model\":\"now\"}");
    }

    [Theory]
    [InlineData("/v1/moderations", 0.0, "o")]
    [InlineData("/v1/moderations", 0.999, "o")]
    [InlineData("/v1/messages/count_tokens", 0.0, "a")]
    [InlineData("/v1/messages/count_tokens", 0.999, "a")]
    [InlineData("/v1/embeddings", 0.5, "o")]
    public async Task A_backend_that_cannot_say_it_is_passed_over(string path, double chance, string expected)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, """
              m: [{ provider: p, model: o, priority: 1 }, { provider: claude, model: a, priority: 0 }, { provider: p, model: o }]
            """);
        _chance.Value = chance;
        var (status, _, _) = await gateway.PostAsync(path, "{\"model\":\"m\"}");
        status.ShouldBe(200);
        provider.Last.Text.ShouldBe($"{{\"model\":\"{expected}\"}}");
    }

    [Fact]
    public async Task A_tier_without_a_capable_backend_leaves_it_to_the_next()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, """
              m: [{ provider: claude, model: a }, { provider: p, model: o, priority: 5 }]
            """);
        (await gateway.PostAsync("/v1/embeddings", "{\"model\":\"m\"}")).Status.ShouldBe(200);
        provider.Last.Text.ShouldBe("{\"model\":\"o\"}");
    }

    [Theory]
    [InlineData("{\"model\":\"b\",\"x\":1}", "{\"model\":\"sent-a\",\"x\":1}")]
    [InlineData("{\"x\":1}", "{\"model\":\"sent-a\",\"x\":1}")]
    [InlineData("{}", "{\"model\":\"sent-a\" }")]
    [InlineData("{\"model\":\"unknown\"}", "{\"model\":\"sent-a\"}")]
    public async Task The_header_names_the_model_before_the_body_does(string body, string sent)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, "  a: [{ provider: p, model: sent-a }]\n  b: p");
        var (status, _, _) = await gateway.PostAsync(ErrorShape.OpenAI, body, ("x-ai-eg-model", "a"));
        status.ShouldBe(200);
        provider.Last.Text.ShouldBe(sent);
        provider.Last.Headers.ShouldNotContainKey("x-ai-eg-model");
        var line = await gateway.LogLineAsync();
        (line.GetProperty("route").GetString(), line.GetProperty("model_asked").GetString(), line.GetProperty("model_served").GetString()).ShouldBe(("a", "a", "sent-a"));
    }

    [Fact]
    public async Task The_name_that_was_asked_for_is_sent_when_the_backend_names_none()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, "  \"*\": p");
        const string Body = "{ \"messages\" : [], \"model\" : \"a/b\\u0063 \\\"é\\\"\" }";
        (await gateway.PostAsync(ErrorShape.OpenAI, Body)).Status.ShouldBe(200);
        provider.Last.Text.ShouldBe(Body);
        (await gateway.LogLineAsync()).GetProperty("model_asked").GetString().ShouldBe("a/bc \"é\"");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("...")]
    public async Task A_name_of_dots_is_no_name(string model)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, "  \"*\": azure");
        var (status, error) = await ErrorShape.PostAsync(gateway, ErrorShape.OpenAI, $"{{\"model\":\"{model}\"}}");
        (status, error.Code, error.Param).ShouldBe((400, "invalid_request", "model"));
        provider.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../../admin", "..%2F..%2Fadmin")]
    [InlineData("a/b c", "a%2Fb%20c")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("a?b#c%2e", "a%3Fb%23c%252e")]
    public async Task A_name_in_a_path_is_one_segment_of_it(string model, string segment)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url, "  \"*\": azure");
        (await gateway.PostAsync(ErrorShape.OpenAI, $"{{\"model\":\"{model}\"}}")).Status.ShouldBe(200);
        provider.Last.Target.ShouldBe($"/openai/deployments/{segment}/chat/completions?api-version=2024-10-21");
    }

    private Task<TestGateway> StartAsync(string url, string models) => TestGateway.StartAsync($$"""
        providers:
          p: { kind: openai, url: {{url}}/v1 }
          claude: { kind: anthropic, url: {{url}}/v1, key: k }
          azure: { kind: azure-openai, url: {{url}}, key: k }
        models:
        {{models}}
        """,
        services => services.AddSingleton<Chance>(_chance));
}
