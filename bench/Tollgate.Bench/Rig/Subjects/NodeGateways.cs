using System.Diagnostics;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>A gateway from npm, installed into the cache when it is measured for the first time.</summary>
internal abstract class NodeKind(string name, string package, string version, string script) : SubjectKind
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    internal override string Name => name;

    internal override Machinery Machinery => Machinery.Node;

    internal override string? Missing(Workshop workshop)
    {
        if (Workshop.Find("node") is null || Workshop.Find("npm") is null) return "Node.js and npm are not installed";
        return File.Exists(Script(workshop)) || Install(workshop) ? null : $"npm could not install {package}@{version}";
    }

    protected string Script(Workshop workshop) => Path.Combine(Folder(workshop), "node_modules", package, script);

    private string Folder(Workshop workshop) => Path.Combine(workshop.Cache, $"{name}-{version}");

    private bool Install(Workshop workshop)
    {
        Console.Error.WriteLine($"installing {package}@{version}");
        var folder = Directory.CreateDirectory(Folder(workshop)).FullName;
        var start = new ProcessStartInfo("npm") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, $"{package}@{version}"]) start.ArgumentList.Add(argument);
        using var npm = Process.Start(start)!;
        npm.OutputDataReceived += (_, _) => { };
        npm.ErrorDataReceived += (_, _) => { };
        npm.BeginOutputReadLine();
        npm.BeginErrorReadLine();
        if (!npm.WaitForExit(Patience)) npm.Kill(entireProcessTree: true);
        return File.Exists(Script(workshop));
    }
}

/// <summary>Portkey's gateway. It is told the provider by headers.</summary>
internal sealed class PortkeyKind() : NodeKind(Names.Portkey, "@portkey-ai/gateway", "1.15.2", "build/start-server.js")
{
    internal override Launch Prepare(Workshop workshop, int port) =>
        new(
            ["node", Script(workshop), FormattableString.Invariant($"--port={port}"), "--headless"],
            ClientForm.OpenAI with { Headers = FormattableString.Invariant($"x-portkey-provider: openai\r\nx-portkey-custom-host: http://127.0.0.1:{workshop.MockPort}/v1\r\n") });
}

/// <summary>Claude Code Router, which translates Anthropic's clients to providers of OpenAI's dialect: the other way round than the others here.</summary>
internal sealed class ClaudeCodeRouterKind() : NodeKind(Names.ClaudeCodeRouter, "@musistudio/claude-code-router", "1.0.73", "dist/cli.js")
{
    internal override Launch Prepare(Workshop workshop, int port)
    {
        var home = Path.Combine(workshop.Folder, "claude-code-router");
        var models = string.Join(',', AnswerShapes.All.Select(s => $"\"{s.Model()}\""));
        workshop.Write("claude-code-router/.claude-code-router/config.json", FormattableString.Invariant($$"""
            {
              "LOG": false, "HOST": "127.0.0.1", "PORT": {{port}}, "NON_INTERACTIVE_MODE": true,
              "Providers": [{ "name": "mock", "api_base_url": "http://127.0.0.1:{{workshop.MockPort}}/v1/chat/completions", "api_key": "bench", "models": [{{models}}] }],
              "Router": { "default": "mock,{{Payload.Model}}" }
            }
            """));

        // A model is chosen by "provider,model"; the body's own name would be replaced by the default's.
        return new(["node", Script(workshop), "start"], ClientForm.Anthropic with { Models = "mock," })
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home, ["SERVICE_PORT"] = FormattableString.Invariant($"{port}") },
        };
    }
}
