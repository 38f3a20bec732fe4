using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Tollgate.Metering;
using Tollgate.Telemetry;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Cli.Telemetry;

/// <summary>
/// Sends spans, metrics and log messages to a collector. The library exports from threads of its own and drops what a collector
/// does not take; requests never wait for it. Disposing sends what is left.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);

    private readonly OpenTelemetrySdk _sdk;
    private readonly ExportFailures _failures = new();

    private OtlpExport(OtlpSettings settings, IConfiguration environment)
    {
        _sdk = OpenTelemetrySdk.Create(builder =>
        {
            builder.Services.AddSingleton(environment);
            builder.ConfigureResource(Describe);
            if (settings.Traces) builder.WithTracing(tracing => tracing.AddSource(TracingOptions.SourceName));
            if (settings.Metrics) builder.WithMetrics(metrics => metrics.AddMeter([.. PrometheusExporter.DefaultMeters]));
            if (settings.Logs) builder.WithLogging(null, options => options.IncludeFormattedMessage = true);
            builder.UseOtlpExporter(); // of a signal without a source there is nothing to send
        });
        RootShare = settings.RootShare;
        if (!settings.Logs) return;
        Messages = new ForwardingLoggerProvider(_sdk.GetLoggerFactory());
        Lines = new AccessLineExport(_sdk.GetLoggerFactory().CreateLogger(AccessLineExport.Category));
    }

    /// <summary>Takes log messages; null when they are not exported.</summary>
    internal ILoggerProvider? Messages { get; }

    /// <summary>Takes the lines of the access log; null when they are not exported.</summary>
    internal IAccessLineSink? Lines { get; }

    /// <summary>Which of the traces that begin here are recorded; null when the library draws.</summary>
    internal double? RootShare { get; }

    /// <summary>Null when no variable asks for it.</summary>
    /// <exception cref="Configuration.ConfigurationException">A variable holds what this exporter cannot do.</exception>
    internal static OtlpExport? Start(Func<string, string?> environment, IEnumerable<KeyValuePair<string, string?>> variables)
    {
        var settings = OtlpSettings.Read(environment);
        if (settings.IsOff) return null;
        var set = variables.Where(v => v.Value is { Length: > 0 });
        return new OtlpExport(settings, new ConfigurationBuilder().AddInMemoryCollection(settings.Defaults).AddInMemoryCollection(set).Build());
    }

    /// <summary>Says on a log of its own when a collector cannot be reached.</summary>
    internal void ReportTo(ILogger logger) => _failures.ReportTo(logger);

    /// <summary>Sends the metrics of the last interval. What is observed can be observed only while the gateway is there.</summary>
    internal void TellLastMetrics() => _sdk.MeterProvider.ForceFlush((int)LongestFlush.TotalMilliseconds);

    public void Dispose()
    {
        _sdk.Dispose();
        _failures.Dispose();
    }

    private static void Describe(ResourceBuilder resource)
    {
        var version = typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        resource.AddAttributes([new("service.version", version.Split('+')[0])]);
    }
}
