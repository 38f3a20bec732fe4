using System.CommandLine;
using Tollgate.Hosting;

namespace Tollgate.Cli;

/// <summary>The token that opens a gateway's admin API, for the commands that ask it.</summary>
internal static class AdminToken
{
    private const string Variable = "TOLLGATE_ADMIN_TOKEN";

    internal static Option<string?> Option() =>
        new("--token") { Description = $"The gateway's admin token. Default: {Variable}, else the file admin-token of the state directory." };

    /// <summary>Null when there is none to be found.</summary>
    internal static string? Find(string? given, Func<string, string?> environment)
    {
        if (given is { Length: > 0 }) return given;
        if (environment(Variable) is { Length: > 0 } variable) return variable;
        if (StateDirectory.Of(environment) is not { } state) return null;
        try
        {
            return File.ReadAllText(Path.Combine(state.Folder, "admin-token")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
