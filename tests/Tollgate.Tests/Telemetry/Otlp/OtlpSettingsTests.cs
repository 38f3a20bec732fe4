using Tollgate.Cli.Telemetry;
using Tollgate.Configuration;

namespace Tollgate.Tests.Telemetry.Otlp;

public sealed class OtlpSettingsTests
{
    [Theory]
    [InlineData("", "---")]
    [InlineData("OTEL_SERVICE_NAME=x", "---")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "tml")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_METRICS_EXPORTER=none", "t-l")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c:4318/v1/metrics", "-m-")]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", "t--")]
    [InlineData("OTEL_LOGS_EXPORTER= otlp , none", "--l")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_SDK_DISABLED=TRUE", "---")]
    [InlineData("OTEL_TRACES_EXPORTER=zipkin;OTEL_SDK_DISABLED=true", "---")]
    public void A_signal_is_on_when_a_variable_asks_for_it(string variables, string signals)
    {
        var settings = Read(variables);
        $"{(settings.Traces ? 't' : '-')}{(settings.Metrics ? 'm' : '-')}{(settings.Logs ? 'l' : '-')}".ShouldBe(signals);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318/", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://collector.example.com", "http/protobuf")]
    public void The_port_tells_the_protocol_where_no_variable_does(string variables, string protocol) =>
        Read(variables).Defaults["OTEL_EXPORTER_OTLP_PROTOCOL"].ShouldBe(protocol);

    [Theory]
    [InlineData("OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER: 'prometheus' is not to be had here: write otlp or none")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is not to be had here: write grpc or http/protobuf")]
    public void What_cannot_be_done_is_an_error_with_its_mend(string variables, string message) =>
        Should.Throw<ConfigurationException>(() => Read(variables)).Message.ShouldStartWith(message);

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER=otlp;OTEL_TRACES_SAMPLER=parentbased_traceidratio;OTEL_TRACES_SAMPLER_ARG=0.01", 0.01)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp;OTEL_TRACES_SAMPLER=parentbased_traceidratio;OTEL_TRACES_SAMPLER_ARG=2", null)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp;OTEL_TRACES_SAMPLER=parentbased_traceidratio", null)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp;OTEL_TRACES_SAMPLER=traceidratio;OTEL_TRACES_SAMPLER_ARG=0.01", null)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp;OTEL_LOGS_EXPORTER=otlp;OTEL_TRACES_SAMPLER=parentbased_traceidratio;OTEL_TRACES_SAMPLER_ARG=0.01", null)]
    [InlineData("OTEL_METRICS_EXPORTER=otlp;OTEL_TRACES_SAMPLER=parentbased_traceidratio;OTEL_TRACES_SAMPLER_ARG=0.01", null)]
    public void The_gateway_draws_where_its_draws_are_the_librarys_and_nobody_needs_the_traces_that_are_not_recorded(string variables, double? share) =>
        Read(variables).RootShare.ShouldBe(share);

    private static OtlpSettings Read(string variables)
    {
        var set = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        return OtlpSettings.Read(name => set.GetValueOrDefault(name));
    }
}
