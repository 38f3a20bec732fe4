using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry;

/// <summary>One id leads from the caller through the gateway's log and answers to the provider.</summary>
public sealed class RequestIdTests
{
    private const string Path = "/v1/chat/completions";
    private const string Body = """{"model":"m","messages":[]}""";
    private const string Answer = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}""";

    [Fact]
    public async Task A_callers_id_is_everywhere()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        var (_, _, response) = await gateway.PostAsync(Path, Body, ("x-request-id", "edge-1:2.3_4"));
        response.Headers.GetValues("x-tollgate-request-id").ShouldBe(["edge-1:2.3_4"]);
        response.Headers.GetValues("x-request-id").ShouldBe(["edge-1:2.3_4"]);
        provider.Last.Headers["x-request-id"].ShouldBe("edge-1:2.3_4");
        (await gateway.LogLineAsync()).GetProperty("request_id").GetString().ShouldBe("edge-1:2.3_4");

        // OpenAI's errors have no place for it; its SDKs show this header in their exceptions.
        var (status, _, refused) = await gateway.PostAsync(Path, """{"model":"other"}""", ("x-request-id", "edge-2"));
        status.ShouldBe(404);
        refused.Headers.GetValues("x-request-id").ShouldBe(["edge-2"]);
        (await gateway.PostAsync("/v1/messages", """{"model":"other"}""", ("x-request-id", "edge-3"))).Body.ShouldContain("\"request_id\":\"edge-3\"");
    }

    [Theory]
    [InlineData("has a blank")]
    [InlineData("quote\"")]
    [InlineData("<script>")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task What_is_no_id_is_replaced_before_anybody_sees_it(string sent)
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        var (_, _, response) = await gateway.PostAsync(Path, Body, ("x-request-id", sent));
        var id = response.Headers.GetValues("x-tollgate-request-id").Single();
        id.ShouldStartWith("req_");
        provider.Last.Headers["x-request-id"].ShouldBe(id);
        (await gateway.LogLineAsync()).GetProperty("request_id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task Each_request_without_one_gets_its_own()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        for (var i = 0; i < 3; i++) await gateway.PostAsync(Path, Body);
        provider.Calls.Select(c => c.Headers["x-request-id"]).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task The_operator_chooses_the_header_and_who_may_name_and_see_ids()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, "telemetry: { requestId: { header: x-correlation-id, accept: false, send: false } }");
        var (_, _, response) = await gateway.PostAsync(Path, Body, ("x-correlation-id", "mine"), ("x-request-id", "other"));
        response.Headers.GetValues("x-tollgate-request-id").Single().ShouldStartWith("req_");
        provider.Last.Headers["x-correlation-id"].ShouldBe("mine");
        provider.Last.Headers["x-request-id"].ShouldBe("other");
    }

    internal static Task<TestGateway> StartAsync(ScriptedProvider provider, string extra = "") => TestGateway.StartAsync(
        $"providers: {{ one: {{ kind: openai, url: \"{provider.Url}/v1\", key: k }} }}\nmodels: {{ m: one }}\n{extra}\n");
}
