namespace Tollgate.Conformance.Tests.Node;

/// <summary>The JavaScript clients, installed once for each state of the lock file.</summary>
internal static class NodePackages
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    // What npm says when there is no registry to talk to, as opposed to a lock file that is wrong.
    private static readonly string[] Unreachable = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "E503", "E502"];

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Tollgate.Conformance.Tests", "sdk");

    /// <summary>Skips the test where Node is missing or the registry cannot be reached.</summary>
    public static async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (!NodeProgram.IsOnPath("node") || !NodeProgram.IsOnPath("npm")) Assert.Skip("node and npm are not on PATH, so the JavaScript clients cannot be run.");
        await Installing.WaitAsync(cancellationToken);
        try
        {
            using var others = await LockAsync(cancellationToken);
            var (wanted, done) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", ".installed-lock.json"));
            if (File.Exists(done) && await File.ReadAllTextAsync(done, cancellationToken) == await File.ReadAllTextAsync(wanted, cancellationToken)) return;
            var (code, output) = await NodeProgram.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Folder, [], cancellationToken);
            if (code != 0 && Unreachable.Any(sign => output.Contains(sign, StringComparison.Ordinal))) Assert.Skip("npm cannot reach its registry, so the JavaScript clients cannot be installed: " + output);
            code.ShouldBe(0, output);
            File.Copy(wanted, done, overwrite: true);
        }
        finally
        {
            Installing.Release();
        }
    }

    /// <summary>Keeps another run of the tests out while this one installs.</summary>
    private static async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "npm-install.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                // A file lock cannot be waited for; it is held for seconds, and only after the lock file has changed.
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
