namespace Tollgate.Hosting;

/// <summary>A folder of the gateway's own, for what must outlive the process: the admin token, keys made at run time, the ledger.</summary>
/// <param name="Folder">Absolute path. It may not exist yet.</param>
public sealed record StateDirectory(string Folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// The folder that the environment names: <c>TOLLGATE_STATE_DIR</c>, systemd's <c>STATE_DIRECTORY</c>, <c>XDG_STATE_HOME</c>, else
    /// <c>.local/state</c> in the home directory. Null when none of them is set.
    /// </summary>
    /// <param name="environment">Value of a variable, or null when it is unset.</param>
    public static StateDirectory? Of(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment("TOLLGATE_STATE_DIR") is { Length: > 0 } own) return new StateDirectory(Path.GetFullPath(own));
        if (environment("STATE_DIRECTORY") is { Length: > 0 } service) return new StateDirectory(Path.GetFullPath(service.Split(':')[0]));
        if (environment("XDG_STATE_HOME") is { Length: > 0 } state) return new StateDirectory(Path.GetFullPath(Path.Combine(state, "tollgate")));
        return environment("HOME") is { Length: > 0 } home ? new StateDirectory(Path.GetFullPath(Path.Combine(home, ".local", "state", "tollgate"))) : null;
    }

    /// <summary>Absolute path of a file in it; the folder is made, for its owner alone, when it is missing.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public string PathOf(string file)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);
        return Path.Combine(Folder, file);
    }

    /// <summary>Options of a new file that nobody but its owner can read.</summary>
    internal static FileStreamOptions NewPrivateFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
