using Tollgate.Configuration;

namespace Tollgate.Metering.Ledger;

/// <summary>The folder of what the gateway keeps on this machine.</summary>
internal static class StateFolder
{
    private const string Name = "tollgate";

    /// <summary>Makes it if need be; nobody else may look inside.</summary>
    /// <exception cref="LedgerException">It cannot be made.</exception>
    internal static string Make(GatewayConfig config, ConfigContext context)
    {
        var path = config.StateDirectory ?? Default(context);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"the state directory {path} cannot be made: {e.Message} Name another one with stateDir.", e);
        }
    }

    // https://specifications.freedesktop.org/basedir-spec/latest/ ; systemd's StateDirectory= comes first.
    private static string Default(ConfigContext context)
    {
        if (context.Variable("STATE_DIRECTORY") is { } service) return Path.GetFullPath(service.Split(':')[0]);
        if (context.Variable("XDG_STATE_HOME") is { } state && Path.IsPathRooted(state)) return Path.Combine(state, Name);
        if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        return Path.Combine(context.Variable("HOME") ?? "/", ".local", "state", Name);
    }
}
