using System.Net;
using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Cli.Commands;
using Tollgate.Configuration;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Every set of manifests in <c>examples/manifests</c> is validated, loaded and started, with the variables that it names.</summary>
public sealed partial class ExampleTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples", "manifests");

    public static TheoryData<string> Sets => [.. Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Validate_accepts_a_set(string name)
    {
        using var output = new StringWriter();
        ValidateCommand.Validate([Path.Combine(Folder, name)], Context(name), output).ShouldBe(0, output.ToString());
        output.ToString().ShouldEndWith("resources: valid" + Environment.NewLine);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task A_set_runs(string name)
    {
        var loaded = ConfigLoader.LoadFile(Path.Combine(Folder, name), Context(name));
        if (name == "mcp.yaml")
        {
            string.Join('\n', loaded.Problems).ShouldContain("MCPRoute default/tools cannot be served");
            return;
        }

        loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems));
        await using var gateway = await TestGateway.StartAsync(loaded.Config);
        (await gateway.Admin.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    internal static ConfigContext Context(string name)
    {
        var variables = ConfigFiles(name).SelectMany(file => Variables().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value + match.Groups[2].Value)
            .Distinct(StringComparer.Ordinal).ToDictionary(variable => variable, variable => $"value-of-{variable}-0123456789", StringComparer.Ordinal);
        variables["TOLLGATE_LISTEN"] = variables["TOLLGATE_ADMIN"] = "127.0.0.1:0";
        return new ConfigContext(variables.GetValueOrDefault, Catalogue.Default, SecretFile).WithManifests();
    }

    private static IEnumerable<string> ConfigFiles(string name) =>
        Tollgate.Configuration.Sources.ConfigFolder.Files(Path.Combine(Folder, name));

    // The files of keys that a set names are the reader's own.
    private static byte[]? SecretFile(string file) => File.Exists(file) ? File.ReadAllBytes(file) : "value-of-a-file-0123456789"u8.ToArray();

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)(?::[-=][^}]*)?\}|substitution\.aigw\.run/env/[^:]+: *([A-Z0-9_]+)")]
    private static partial Regex Variables();
}
