namespace Tollgate.Conformance.Tests.Node;

/// <summary>
/// The JavaScript clients that applications use, pointed at the gateway. Each script asserts by itself and exits with 0.
/// </summary>
public sealed class SdkScriptTests(SimulatedGateway gateway) : IClassFixture<SimulatedGateway>
{
    [Theory]
    [InlineData("openai.mjs")]
    [InlineData("openai-responses.mjs")]
    [InlineData("openai-errors.mjs")]
    [InlineData("openai-realtime.mjs")]
    [InlineData("anthropic.mjs")]
    [InlineData("anthropic-old.mjs")]
    [InlineData("ai-sdk.mjs")]
    [InlineData("langchain.mjs")]
    public async Task The_client_notices_nothing_of_the_gateway(string script)
    {
        await NodePackages.InstallAsync(TestContext.Current.CancellationToken);
        (string, string)[] environment =
        [
            ("GW", gateway.Address.ToString().TrimEnd('/')),
            ("GW_CLOSED", gateway.ClosedAddress.ToString().TrimEnd('/')),
            ("GW_KEY", SimulatedGateway.ClientKey),
        ];
        var (code, output) = await NodeProgram.RunAsync("node", [script], NodePackages.Folder, environment, TestContext.Current.CancellationToken);
        code.ShouldBe(0, output);
    }

    [Fact]
    public void Every_script_is_run()
    {
        var named = typeof(SdkScriptTests).GetMethod(nameof(The_client_notices_nothing_of_the_gateway))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(d => (string)d.Data[0]!);
        var scripts = Directory.EnumerateFiles(NodePackages.Folder, "*.mjs").Select(f => Path.GetFileName(f)).Where(f => f != "anthropic-checks.mjs");
        named.Order(StringComparer.Ordinal).ShouldBe(scripts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_lock_file_names_no_download_address() =>
        File.ReadAllText(Path.Combine(NodePackages.Folder, "package-lock.json")).ShouldNotContain("\"resolved\"");
}
