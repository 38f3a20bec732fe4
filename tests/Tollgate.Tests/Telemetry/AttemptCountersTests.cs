using System.Diagnostics.Metrics;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry;

/// <summary>Calls to providers, and why another was made.</summary>
public sealed class AttemptCountersTests : IDisposable
{
    private readonly IMeterFactory _factory = MeasurementList.NewFactory();
    private readonly MeasurementList _measured;
    private readonly GatewayMetrics _metrics;

    public AttemptCountersTests()
    {
        _measured = new MeasurementList(_factory);
        _metrics = new GatewayMetrics(_factory);
    }

    public void Dispose()
    {
        _measured.Dispose();
        _metrics.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public void A_call_that_failed_is_counted_with_its_cause_and_with_who_was_asked_then()
    {
        var record = new RequestRecord { Attempts = 3, Provider = "three", ProviderStatus = 200, Status = 200 };
        record.AddFailedAttempt(new AttemptRecord("one", "m", 429, null, TimeSpan.Zero, default));
        record.AddFailedAttempt(new AttemptRecord("two", "m", 0, "provider_timeout", TimeSpan.Zero, default));
        _metrics.Record(record);
        Told("tollgate.fallbacks", "tollgate.provider", "tollgate.fallback.provider", "error.type").ShouldBe(["one two 429", "two three provider_timeout"]);
        Counted("tollgate.provider", "tollgate.outcome", "error.type").ShouldBe(["one failed 429", "two failed provider_timeout", "three answered -"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(200, null, "answered -")]
    [InlineData(404, null, "failed 404")]
    [InlineData(200, "provider_broken_stream", "failed provider_broken_stream")]
    [InlineData(0, "provider_unreachable", "failed provider_unreachable")]
    [InlineData(200, "client_left", "client_left -")]
    [InlineData(999, null, "failed _unknown")]
    public void The_last_call_is_counted_by_what_came_of_it(int status, string? error, string told)
    {
        _metrics.Record(new RequestRecord { Attempts = 1, Provider = "one", ProviderStatus = status, ErrorCode = error });
        Told("tollgate.fallbacks", "error.type").ShouldBeEmpty();
        Counted("tollgate.outcome", "error.type").ShouldBe([told]);
    }

    [Fact]
    public void A_request_that_called_nobody_counts_for_none()
    {
        _metrics.Record(new RequestRecord { Status = 404, ErrorCode = "model_not_found" });
        Counted().ShouldBeEmpty();
    }

    [Fact]
    public void A_failure_after_which_nobody_was_asked_is_no_fallback()
    {
        var record = new RequestRecord { Attempts = 1, ErrorCode = "limit_exceeded", Status = 429 };
        record.AddFailedAttempt(new AttemptRecord("one", "m", 503, null, TimeSpan.Zero, default));
        _metrics.Record(record);
        Told("tollgate.fallbacks").ShouldBeEmpty();
        Counted("tollgate.provider", "tollgate.outcome").ShouldBe(["one failed"]);
    }

    [Fact]
    public async Task A_gateway_tells_of_the_ways_that_its_requests_took()
    {
        await using var failing = new ScriptedProvider(c => c.AnswerAsync(503, """{"error":{"message":"no","type":"server_error"}}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers: { sim: { kind: simulator }, failing: { kind: openai, url: "{{failing.Url}}/v1", key: k } }
            models: { m: [{ provider: failing }, { provider: sim, priority: 1 }] }
            retry: { attempts: 3 }
            """);
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}]}""")).Status.ShouldBe(200);
        await gateway.UntilAtRestAsync();
        var page = ExpositionPage.Read(await gateway.Admin.GetByteArrayAsync("/metrics"));
        page.Value("tollgate_attempts_total", ("tollgate_provider", "failing"), ("tollgate_outcome", "failed"), ("error_type", "503")).ShouldBe(2);
        page.Value("tollgate_attempts_total", ("tollgate_provider", "sim"), ("tollgate_outcome", "answered")).ShouldBe(1);
        page.Value("tollgate_fallbacks_total", ("tollgate_provider", "failing"), ("tollgate_fallback_provider", "failing"), ("error_type", "503")).ShouldBe(1);
        page.Value("tollgate_fallbacks_total", ("tollgate_provider", "failing"), ("tollgate_fallback_provider", "sim"), ("error_type", "503")).ShouldBe(1);
    }

    private string[] Counted(params string[] tags) => Words(_measured.Observe("tollgate.attempts"), tags);

    private string[] Told(string instrument, params string[] tags) => Words(_measured.Of(instrument), tags);

    private static string[] Words(List<TakenMeasurement> measured, string[] tags) =>
        [.. measured.Select(m => string.Join(' ', tags.Select(t => m.Tags.GetValueOrDefault(t) ?? "-")))];
}
