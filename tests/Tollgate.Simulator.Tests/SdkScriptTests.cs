using System.Diagnostics;

namespace Tollgate.Simulator.Tests;

/// <summary>Official JavaScript clients talk to the simulator; each script asserts and exits with 0.</summary>
public sealed class SdkScriptTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    [Theory]
    [InlineData("openai.mjs")]
    [InlineData("azure-openai.mjs")]
    [InlineData("anthropic.mjs")]
    [InlineData("anthropic-bedrock.mjs")]
    [InlineData("anthropic-vertex.mjs")]
    [InlineData("bedrock-runtime.mjs")]
    [InlineData("google-genai.mjs")]
    public async Task The_official_client_understands_every_answer(string script)
    {
        var folder = Folder();
        await InstallAsync(folder);
        var (code, output) = await RunAsync(folder, "node", [script]);
        code.ShouldBe(0, output);
    }

    [Fact]
    public void The_lock_file_names_no_download_address() =>
        File.ReadAllText(Path.Combine(Folder(), "package-lock.json")).ShouldNotContain("\"resolved\"");

    private async Task InstallAsync(string folder)
    {
        await Installing.WaitAsync();
        try
        {
            if (!OnPath("node") || !OnPath("npm")) Assert.Skip("node and npm are not on PATH, so the JavaScript clients cannot be run.");
            var (wanted, done) = (Path.Combine(folder, "package-lock.json"), Path.Combine(folder, "node_modules", ".installed-lock.json"));
            if (File.Exists(done) && await File.ReadAllTextAsync(done) == await File.ReadAllTextAsync(wanted)) return;
            var (code, output) = await RunAsync(folder, "npm", ["ci", "--no-audit", "--no-fund"]);
            if (code != 0) Assert.Skip("npm ci cannot install the JavaScript clients here: " + output);
            File.Copy(wanted, done, overwrite: true);
        }
        finally
        {
            Installing.Release();
        }
    }

    private async Task<(int Code, string Output)> RunAsync(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SIMULATOR"] = simulator.Address.ToString().TrimEnd('/');
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, program)) || File.Exists(Path.Combine(f, program + ".exe")));

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Tollgate.Simulator.Tests", "sdk");
    }
}
