using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Tollgate.Cli.Telemetry;

/// <summary>
/// The exporter tells of its failures in an event source and nowhere else. This listens to it and says so in the log, at most once a
/// minute: a collector that is down for an hour is one fault, not thousands.
/// </summary>
internal sealed partial class ExportFailures : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private ILogger? _logger;
    private long _said;
    private int _since;

    internal void ReportTo(ILogger logger)
    {
        lock (_gate) _logger = logger;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter) EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        ILogger? logger;
        int failures;
        lock (_gate)
        {
            _since++;
            var now = Stopwatch.GetTimestamp();
            if (_logger is null || (_said != 0 && Stopwatch.GetElapsedTime(_said, now) < Pause)) return;
            (_said, failures, _since, logger) = (now, _since, 0, _logger);
        }

        Failed(logger, failures, eventData.EventName ?? "");
    }

    [LoggerMessage(1, LogLevel.Warning, "Telemetry is not arriving: {Failures} exports failed since the last such line ({Event}); what could not be sent is dropped. Check OTEL_EXPORTER_OTLP_ENDPOINT and its collector")]
    private static partial void Failed(ILogger logger, int failures, string @event);
}
