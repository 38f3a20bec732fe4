using Tollgate.Configuration;
using Tollgate.Hosting;

namespace Tollgate.Metering.Ledger;

/// <summary>The state directory, made when the ledger needs it.</summary>
internal static class StateFolder
{
    /// <summary>Makes it if need be; nobody else may look inside.</summary>
    /// <param name="config">What the configuration says of it.</param>
    /// <param name="standard">Where it is by default; null: nowhere.</param>
    /// <exception cref="LedgerException">It cannot be made.</exception>
    internal static string Make(GatewayConfig config, StateDirectory? standard)
    {
        var path = config.StateDir ?? standard?.Folder ?? throw new LedgerException("there is no state directory. Name one with stateDir.");
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
}
