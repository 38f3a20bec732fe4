using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry;

/// <summary>Headers that the operator chose are on spans, in the access log, and in metrics.</summary>
public sealed class HeaderAttributeTests
{
    private const string Body = """{"model":"m","messages":[]}""";
    private const string Answer = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}""";

    [Fact]
    public async Task Spans_and_the_access_log_have_them()
    {
        using var spans = new SpanRecorder();
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await RequestIdTests.StartAsync(provider, "telemetry: { requestHeaders: { x-team: team, x-absent: absent } }");
        await gateway.PostAsync("/v1/chat/completions", Body, spans.Parent, ("x-team", "blue"), ("agent-session-id", "s-1"));
        foreach (var span in (await spans.AttemptsAsync()).Append(await spans.RequestAsync()))
        {
            span.GetTagItem("team").ShouldBe("blue");
            span.GetTagItem("absent").ShouldBeNull();
            span.GetTagItem("session.id").ShouldBeNull();
        }

        (await gateway.LogLineAsync()).GetProperty("attributes").GetRawText().ShouldBe("""{"team":"blue"}""");
    }

    [Fact]
    public async Task Sessions_of_agents_are_told_apart_by_default()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await RequestIdTests.StartAsync(provider);
        await gateway.PostAsync("/v1/chat/completions", Body, ("agent-session-id", "s-1"));
        (await gateway.LogLineAsync()).GetProperty("attributes").GetRawText().ShouldBe("""{"session.id":"s-1"}""");
    }

    [Fact]
    public async Task Metrics_have_them_as_labels_and_tell_only_so_many_values_apart()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await RequestIdTests.StartAsync(provider, "telemetry: { metricHeaders: { x-team: team } }");
        for (var i = 0; i <= LabelValues.Most; i++) await gateway.PostAsync("/v1/chat/completions", Body, ("x-team", $"t{i}"));
        await gateway.PostAsync("/v1/chat/completions", Body);
        await gateway.UntilAtRestAsync();
        var page = ExpositionPage.Read(await gateway.Admin.GetByteArrayAsync("/metrics"));
        page.Value("tollgate_requests_total", ("team", "t0")).ShouldBe(1);
        page.Value("tollgate_requests_total", ("team", "_other")).ShouldBe(1);
        page.Value("tollgate_requests_total", ("team", "_unknown")).ShouldBe(1);
        page.Value("gen_ai_server_request_duration_seconds_count", ("team", "t5")).ShouldBe(1);
        page.Samples.Where(s => s.Name == "tollgate_requests_total").Select(s => s.Labels["team"]).Distinct().Count().ShouldBe(LabelValues.Most + 2);
    }

    [Theory]
    [InlineData("{ requestHeaders: { authorization: auth } }", "telemetry.requestHeaders.authorization: this header holds a key")]
    [InlineData("{ metricHeaders: { x-team: gen_ai.request.model } }", "gen_ai.request.model is the gateway's own")]
    [InlineData("{ requestHeaders: { x-team: Team Name } }", "an attribute's name such as session.id")]
    [InlineData("{ logLevel: loud }", "one of debug, info, warning, error, none")]
    public void A_mistake_is_named_with_its_mend(string telemetry, string message) =>
        ConfigLoader.Parse($"providers: {{ openai: {{ key: k }} }}\ntelemetry: {telemetry}\n", "test.yaml", new ConfigContext(_ => null, Catalogue.Default))
            .Problems.Where(p => p.IsError).ShouldHaveSingleItem().Message.ShouldContain(message);
}
