using Microsoft.Extensions.Logging;

namespace Tollgate.Cli.Telemetry;

/// <summary>Hands the host's log messages to another factory's providers, which somebody else owns.</summary>
internal sealed class ForwardingLoggerProvider(ILoggerFactory target) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => target.CreateLogger(categoryName);

    public void Dispose()
    {
        // The factory outlives the host, so that what is said while it stops arrives too.
    }
}
