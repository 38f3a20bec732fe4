using System.Text.Json;
using Tollgate.Cli;
using Tollgate.Cli.Top;

namespace Tollgate.Tests.Cli.Top;

public sealed class FrameTests
{
    private const string Before =
        """
        # HELP tollgate_requests_total Requests that ended.
        # TYPE tollgate_requests_total counter
        tollgate_requests_total{tollgate_provider="one",tollgate_status_class="2xx"} 10
        tollgate_requests_total{tollgate_provider="one",tollgate_status_class="5xx"} 1
        tollgate_cost_total{tollgate_provider="one",tollgate_currency="USD"} 1.5
        gen_ai_client_token_usage_sum{gen_ai_original_model="m",gen_ai_token_type="input"} 100
        gen_ai_client_token_usage_sum{gen_ai_original_model="m",gen_ai_token_type="output"} 1000
        gen_ai_server_request_duration_seconds_count{gen_ai_original_model="m"} 10
        gen_ai_server_request_duration_seconds_bucket{gen_ai_original_model="m",le="1"} 10
        gen_ai_server_request_duration_seconds_bucket{gen_ai_original_model="m",le="2"} 10
        gen_ai_server_request_duration_seconds_bucket{gen_ai_original_model="m",le="+Inf"} 10
        """;

    private const string After =
        """
        tollgate_requests_total{tollgate_provider="one",tollgate_status_class="2xx"} 28
        tollgate_requests_total{tollgate_provider="one",tollgate_status_class="5xx"} 3
        tollgate_requests_active 4
        tollgate_config_generation 2
        tollgate_provider_queued{tollgate_provider="one"} 3
        tollgate_cost_total{tollgate_provider="one",tollgate_currency="USD"} 2.5
        gen_ai_client_token_usage_sum{gen_ai_original_model="m",gen_ai_token_type="input"} 300
        gen_ai_client_token_usage_sum{gen_ai_original_model="m",gen_ai_token_type="output"} 1400
        gen_ai_client_token_usage_sum{gen_ai_original_model="m",gen_ai_token_type="cached_input"} 50
        gen_ai_server_request_duration_seconds_count{gen_ai_original_model="m"} 26
        gen_ai_server_request_duration_seconds_count{gen_ai_original_model="m",error_type="provider_error"} 4
        gen_ai_server_request_duration_seconds_bucket{gen_ai_original_model="m",le="1"} 20
        gen_ai_server_request_duration_seconds_bucket{gen_ai_original_model="m",le="2"} 30
        gen_ai_server_request_duration_seconds_bucket{gen_ai_original_model="m",le="+Inf"} 30
        """;

    private const string Backends = """{"providers":[],"backends":[{"provider":"one","model":"m","key":"key","state":"ok","in_flight":2,"ejections":0},{"provider":"one","model":"n","key":"key","state":"out","in_flight":0,"ejections":7,"returns_in_seconds":1.25,"last_error":"provider_error"}]}""";

    [Fact]
    public void Rates_are_what_happened_between_two_readings()
    {
        var frame = Between(Before, After);
        frame.RequestsPerSecond.ShouldBe(10);
        frame.FailedPerSecond.ShouldBe(1);
        frame.InputPerSecond.ShouldBe(100);
        frame.OutputPerSecond.ShouldBe(200);
        frame.DollarsPerSecond.ShouldBe(0.5);
        frame.Dollars.ShouldBe(2.5);
        (frame.Active, frame.Generation).ShouldBe((4, 2));
    }

    [Fact]
    public void Times_are_those_of_the_interval_and_not_of_the_gateways_whole_life()
    {
        var frame = Between(Before, After); // 10 in the first second, 10 in the next
        frame.Median.ShouldBe(1);
        frame.NinetyFifth.ShouldBe(1.9);
        Between(After, After).Median.ShouldBeNull();
    }

    [Fact]
    public void Models_and_providers_have_lines_of_their_own()
    {
        var frame = Between(Before, After);
        var model = frame.Models.ShouldHaveSingleItem();
        (model.Name, model.RequestsPerSecond, model.FailedPerSecond, model.InputPerSecond).ShouldBe(("m", 10, 2, 100));
        model.FirstToken.ShouldBeNull();
        frame.Providers.ShouldHaveSingleItem().ShouldBe(new ProviderLine("one", 10, 1, 0.5, InFlight: 2, Queued: 3, Available: 1, Backends: 2));
    }

    [Fact]
    public void A_gateway_that_was_started_anew_counts_from_nothing() => Between(After, Before).RequestsPerSecond.ShouldBe(5.5);

    [Fact]
    public void The_fullest_limits_are_read_with_what_is_reserved_of_them()
    {
        using var document = JsonDocument.Parse("""
            {"limits":[],"fullest":[
              {"name":"team a","counts":"money","subject":"","seconds":0,"limit":10,"used":9.5,"reserved":0.25,"remaining":0.25,"share":0.975},
              {"name":"burst","counts":"requests","subject":"app","seconds":90,"shadow":true,"limit":4,"used":1,"share":0.25}]}
            """);
        var limits = LimitReading.ReadAll(document.RootElement);
        limits.ShouldBe([new LimitReading("team a", "money", "", 0, 10, 9.75, 0.975, IsShadow: false), new LimitReading("burst", "requests", "app", 90, 4, 1, 0.25, IsShadow: true)]);
        limits.Select(l => l.Window).ShouldBe(["month", "90 s"]);
        using var older = JsonDocument.Parse("""{"limits":[]}""");
        LimitReading.ReadAll(older.RootElement).ShouldBeEmpty();
    }

    [Fact]
    public void Labels_are_read_as_prometheus_writes_them()
    {
        var sample = Sample.ReadAll("""a_total{x="q\"b\\c\nd,}",y=""} 1.5e3 1700000000000""").ShouldHaveSingleItem();
        (sample.Name, sample.Label("x"), sample.Label("y"), sample.Label("z"), sample.Value).ShouldBe(("a_total", "q\"b\\c\nd,}", "", "", 1500));
        Sample.ReadAll("broken{x=\n\nnothing\n# a comment\nworse{x=\"y\" 1").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, null, "http://127.0.0.1:1064/")]
    [InlineData(null, "0.0.0.0:2000", "http://127.0.0.1:2000/")]
    [InlineData("[::1]:9", "0.0.0.0:2000", "http://[::1]:9/")]
    [InlineData("https://gate.example:1064", null, "https://gate.example:1064/")]
    [InlineData("ftp://gate.example", null, null)]
    [InlineData("not an address", null, null)]
    public void The_admin_port_is_the_one_that_is_named(string? given, string? variable, string? address) =>
        AdminAddress.Parse(given, name => name == "TOLLGATE_ADMIN" ? variable : null)?.ToString().ShouldBe(address);

    private static Frame Between(string before, string after)
    {
        using var backends = JsonDocument.Parse(Backends);
        var known = BackendReading.ReadAll(backends.RootElement);
        return new Frame(new Reading(TimeSpan.FromSeconds(5), [.. Sample.ReadAll(before)], known), new Reading(TimeSpan.FromSeconds(7), [.. Sample.ReadAll(after)], known));
    }
}
