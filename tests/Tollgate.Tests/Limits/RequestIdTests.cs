using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>Every answer has the gateway's id of the request, and the provider's own where there is one.</summary>
public sealed class RequestIdTests
{
    public static TheoryData<string> All => Surfaces.All;

    [Theory, MemberData(nameof(All))]
    public async Task An_answer_has_both_ids_and_the_log_has_the_gateways(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}", ("x-request-id", "provider-1"), ("request-id", "provider-2")));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var (_, _, response) = await gateway.PostAsync(path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}", ("x-tollgate-request-id", "forged"));
        var id = response.Headers.GetValues("x-tollgate-request-id").ShouldHaveSingleItem();
        response.Headers.GetValues("x-request-id").ShouldBe(["provider-1"]);
        response.Headers.GetValues("request-id").ShouldBe(["provider-2"]);
        (await gateway.LogLineAsync()).GetProperty("request_id").GetString().ShouldBe(id);
        provider.Last.Headers.ShouldNotContainKey("x-tollgate-request-id");
    }

    [Fact]
    public async Task No_two_requests_have_the_same()
    {
        await using var gateway = await Surfaces.StartAsync("http://127.0.0.1:9");
        var ids = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            var (_, _, response) = await gateway.PostAsync(ErrorShape.OpenAI, "{}");
            ids.Add(response.Headers.GetValues("x-tollgate-request-id").Single()).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_providers_error_that_is_wrapped_keeps_the_providers_id()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(503, "text/html", "<h1>down</h1>"u8.ToArray(), ("x-request-id", "provider-1"), ("retry-after", "9")));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var (status, body, response) = await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}");
        (status, response.Headers.GetValues("x-request-id").Single(), response.Headers.RetryAfter!.Delta).ShouldBe((503, "provider-1", TimeSpan.FromSeconds(9)));
        body.ShouldContain("\"message\":\"down\"");
    }

    [Theory]
    [InlineData("/v1/chat/completions", "x-request-id")]
    [InlineData("/v1/messages", "request-id")]
    public async Task A_relayed_answer_has_an_id_for_the_SDK_even_when_its_provider_gave_none(string path, string header)
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              o: { kind: openai, url: {{provider.Url}}/v1, key: k }
              a: { kind: anthropic, url: {{provider.Url}}/v1, key: k }
            models: { m: o, c: a }
            """);
        var (_, _, response) = await gateway.PostAsync(path, path == "/v1/messages" ? "{\"model\":\"c\"}" : "{\"model\":\"m\"}");
        using (response) response.Headers.GetValues(header).ShouldBe(response.Headers.GetValues("x-tollgate-request-id"));
    }
}
