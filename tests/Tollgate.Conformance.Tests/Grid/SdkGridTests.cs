using Tollgate.Conformance.Tests.Node;

namespace Tollgate.Conformance.Tests.Grid;

/// <summary>The JavaScript clients, each with every kind of provider. A script tells all that is wrong, and exits with 0 when nothing is.</summary>
public sealed class SdkGridTests(GridGateway gateway) : IClassFixture<GridGateway>
{
    private static readonly string Folder = Path.Combine(NodePackages.Folder, "grid");

    [Theory]
    [InlineData("openai.mjs")]
    [InlineData("openai-responses.mjs")]
    [InlineData("anthropic.mjs")]
    [InlineData("anthropic-old.mjs")]
    [InlineData("ai-sdk.mjs")]
    [InlineData("langchain.mjs")]
    public async Task Every_provider_is_the_same_to_the_client(string script)
    {
        await NodePackages.InstallAsync(TestContext.Current.CancellationToken);
        (string, string)[] environment = [("GW", gateway.Address.ToString().TrimEnd('/')), ("KINDS", string.Join(',', GridGateway.Kinds))];
        var (code, output) = await NodeProgram.RunAsync("node", [script], Folder, environment, TestContext.Current.CancellationToken);
        code.ShouldBe(0, output);
    }

    [Fact]
    public void Every_script_is_run()
    {
        var named = typeof(SdkGridTests).GetMethod(nameof(Every_provider_is_the_same_to_the_client))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(d => (string)d.Data[0]!);
        var scripts = Directory.EnumerateFiles(Folder, "*.mjs").Select(f => Path.GetFileName(f)).Where(f => f is not ("steps.mjs" or "anthropic-steps.mjs"));
        named.Order(StringComparer.Ordinal).ShouldBe(scripts.Order(StringComparer.Ordinal));
    }
}
