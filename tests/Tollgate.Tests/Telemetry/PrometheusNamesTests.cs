using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

public sealed class PrometheusNamesTests
{
    [Theory]
    [InlineData("gen_ai.client.token.usage", "{token}", false, "gen_ai_client_token_usage")]
    [InlineData("gen_ai.server.request.duration", "s", false, "gen_ai_server_request_duration_seconds")]
    [InlineData("tollgate.requests", "{request}", true, "tollgate_requests_total")]
    [InlineData("dotnet.process.cpu.time", "s", true, "dotnet_process_cpu_time_seconds_total")]
    [InlineData("x.bytes", "By", false, "x_bytes")]
    [InlineData("x_total", null, true, "x_total")]
    [InlineData("x_total", "By", true, "x_bytes_total")]
    [InlineData("latency", "ms", false, "latency_milliseconds")]
    [InlineData("rate", "By/s", false, "rate_By_s")]
    [InlineData("a..b--c", "1", false, "a_b_c")]
    [InlineData("4xx", null, false, "_4xx")]
    [InlineData("é", null, false, "_")]
    public void A_family_is_named_after_instrument_and_unit(string name, string? unit, bool counter, string expected)
    {
        PrometheusNames.Family(name, unit, counter).ShouldBe(expected);
    }

    [Theory]
    [InlineData("error.type", "error_type")]
    [InlineData("a:b", "a_b")]
    [InlineData("2x", "_2x")]
    [InlineData("", "_")]
    public void A_label_has_only_what_prometheus_allows(string name, string expected) => PrometheusNames.Label(name).ShouldBe(expected);
}
