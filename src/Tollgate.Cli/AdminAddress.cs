using System.CommandLine;

namespace Tollgate.Cli;

/// <summary>Where a running gateway's admin port is, for the commands that ask it.</summary>
internal static class AdminAddress
{
    private const string Default = "127.0.0.1:1064";

    internal static Option<string?> Option() =>
        new("--admin") { Description = $"The gateway's admin port, such as {Default} or http://host:1064. Default: TOLLGATE_ADMIN, else {Default}." };

    /// <summary>Null when that is no address.</summary>
    internal static Uri? Parse(string? given, Func<string, string?> environment)
    {
        var text = given ?? (environment("TOLLGATE_ADMIN") is { Length: > 0 } variable ? variable : Default);
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        // An address that listens everywhere is one that can be asked here.
        text = text.Replace("//*:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null;
    }
}
