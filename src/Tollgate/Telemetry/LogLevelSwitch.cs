using Microsoft.Extensions.Logging;

namespace Tollgate.Telemetry;

/// <summary>The level below which the gateway's log messages are left out: changed while it runs, asked by every message.</summary>
internal sealed class LogLevelSwitch
{
    private volatile int _level = (int)LogLevel.Information;

    internal LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    internal bool Lets(LogLevel level) => level >= Level;
}
