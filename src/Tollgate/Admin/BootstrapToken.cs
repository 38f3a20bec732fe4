using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Hosting;
using Tollgate.Telemetry;

namespace Tollgate.Admin;

/// <summary>The admin token of a gateway whose configuration names none: made at the first start, in a file that only its owner reads.</summary>
internal sealed class BootstrapToken(StateDirectory? state, ILogger<BootstrapToken> logger)
{
    internal const string FileName = "admin-token";

    private readonly System.Threading.Lock _lock = new();
    private (string? Folder, string? Token) _read;

    /// <summary>The token; null when there is no state directory, or it cannot be written: then the door stays closed.</summary>
    internal string? Read(GatewayConfig config)
    {
        var folder = FolderOf(config);
        lock (_lock)
        {
            if (_read.Token is not null && _read.Folder == folder?.Folder) return _read.Token;
            if (folder is null) return null;
            _read = (folder.Folder, ReadOrMake(folder));
            return _read.Token;
        }
    }

    /// <summary>Makes the token when it will be needed, so that its path is told when the gateway starts.</summary>
    internal void Prepare(GatewayConfig config)
    {
        if (config.AdminToken is null) Read(config);
    }

    /// <summary>For whoever has no token: where one is, or how to set one. Never the token itself.</summary>
    internal string Whereabouts(GatewayConfig config)
    {
        if (config.AdminToken is not null) return "It is what 'adminToken' in the configuration says";
        return FolderOf(config) is { } folder
            ? $"It is in the file {FileName} in the gateway's state directory {folder.Folder}"
            : "There is none: set adminToken: \"${TOLLGATE_ADMIN_TOKEN}\" in the configuration";
    }

    private StateDirectory? FolderOf(GatewayConfig config) => config.StateDir is { } written ? new StateDirectory(written) : state;

    private string? ReadOrMake(StateDirectory folder)
    {
        try
        {
            var path = folder.PathOf(FileName);
            if (!File.Exists(path)) Make(path);
            return File.ReadAllText(path, Encoding.UTF8).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.AdminTokenMissing(logger, folder.Folder, e.Message);
            return null;
        }
    }

    private void Make(string path)
    {
        using (var file = new FileStream(path, StateDirectory.NewPrivateFile()))
        {
            file.Write(Encoding.ASCII.GetBytes("tga-" + RandomNumberGenerator.GetHexString(64, lowercase: true) + "\n"));
            file.Flush(flushToDisk: true);
        }

        Log.AdminTokenMade(logger, path);
    }
}
