namespace Tollgate.Conformance.Tests.Node;

/// <summary>Scripts that were written without knowing this gateway, run as they are where they lie beside the checkout.</summary>
public sealed class SharedClientTests(SimulatedGateway gateway) : IClassFixture<SimulatedGateway>
{
    private static readonly string Clients = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "clients"));

    [Theory]
    [InlineData("01-openai.mjs", "")]
    [InlineData("03-anthropic.mjs", "")]
    [InlineData("03-anthropic.mjs", "/anthropic")]
    [InlineData("08-ai-sdk-openai.mjs", "")]
    [InlineData("09-ai-sdk-anthropic.mjs", "")]
    [InlineData("09-ai-sdk-anthropic.mjs", "/anthropic")]
    [InlineData("10-langchain-openai.mjs", "")]
    public async Task Runs_unchanged(string script, string anthropicPrefix)
    {
        var source = Path.Combine(Clients, script);
        if (!File.Exists(source)) Assert.Skip("client scripts are not beside the checkout: ../shared/clients/" + script);
        await NodePackages.InstallAsync(TestContext.Current.CancellationToken);

        // Node looks for packages beside the script, and the folder of the scripts is not ours to write in.
        var folder = Directory.CreateTempSubdirectory("tollgate-clients-");
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "node_modules"), Path.Combine(NodePackages.Folder, "node_modules"));
            File.Copy(source, Path.Combine(folder.FullName, script));
            (string, string)[] environment = [("GW", gateway.Address.ToString().TrimEnd('/')), ("ANTHROPIC_PREFIX", anthropicPrefix)];
            var (code, output) = await NodeProgram.RunAsync("node", [script], folder.FullName, environment, TestContext.Current.CancellationToken);
            code.ShouldBe(0, output);
            output.ShouldContain("You said: \"ping\"");
            output.ShouldNotContain("undefined");
        }
        finally
        {
            Directory.Delete(Path.Combine(folder.FullName, "node_modules"));
            folder.Delete(recursive: true);
        }
    }
}
