using System.Text;
using System.Text.Json;
using Tollgate.Catalog;
using Tollgate.Cli.Commands;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Manifests, said in the words of <c>tollgate.yaml</c>, are the same configuration.</summary>
public sealed class ConvertTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples", "manifests");

    public static TheoryData<string> Sets => [.. Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Where(name => name != "mcp.yaml").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_converted_set_is_the_same_configuration(string name)
    {
        var path = Path.Combine(Folder, name);
        var context = ExampleTests.Context(name);
        var before = ConfigLoader.LoadFile(path, context).Config.ShouldNotBeNull();
        var text = Convert([path], context);
        var after = ConfigLoader.Parse(text, Path.Combine(Folder, "tollgate.yaml"), context);

        Dump(after.Config.ShouldNotBeNull(text + string.Join('\n', after.Problems))).ShouldBe(Dump(before));
        after.Config.Providers.Select(provider => provider.Key?.Value).ShouldBe(before.Providers.Select(provider => provider.Key?.Value));
        after.Config.Models.Select(model => string.Join(' ', model.Backends.Select(backend => $"{backend.Headers} {backend.Body}"))).Count().ShouldBe(before.Models.Length);
    }

    [Fact]
    public void Variables_stay_variables_and_need_not_be_set()
    {
        var text = Convert([Path.Combine(Folder, "openai.yaml")], new ConfigContext(_ => null, Catalogue.Default).WithManifests());
        text.ShouldContain("key: \"${OPENAI_API_KEY}\"");
        text.ShouldContain("url: https://api.openai.com/v1");
    }

    [Fact]
    public void What_cannot_be_run_is_not_converted()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        ConvertCommand.Convert([Path.Combine(Folder, "mcp.yaml")], "manifests", ExampleTests.Context("mcp.yaml"), output, errors).ShouldBe(1);
        output.ToString().ShouldBeEmpty();
        errors.ToString().ShouldContain("MCPRoute default/tools cannot be served");
    }

    [Fact]
    public void A_file_that_is_no_manifest_is_told_how_it_is_converted()
    {
        using var errors = new StringWriter();
        ConvertCommand.Convert([Path.Combine(Repository.Root, "examples", "openai.yaml")], "manifests", ConfigContext.OfProcess, TextWriter.Null, errors).ShouldBe(1);
        errors.ToString().ShouldContain("--from litellm");
    }

    [Theory]
    [InlineData("plain: word", "plain: word\n")]
    [InlineData("a: 'true'\nb: true\nc: '1.0'\nd: 1.0", "a: \"true\"\nb: true\nc: \"1.0\"\nd: 1.0\n")]
    [InlineData("\"gpt-*\": [a, 'b, c', {d: e}]", "\"gpt-*\":\n  - a\n  - \"b, c\"\n  - d: e\n")]
    [InlineData("a: $$5 and ${X:=y}", "a: \"$$5 and ${X:-y}\"\n")]
    [InlineData("a: $$5", "a: \"$$5\"\n")]
    [InlineData("a: |\n  one\n  two\nb: {}\nc: []", "a: |\n  one\n  two\nb: {}\nc: []\n")]
    [InlineData("a: \" x: y #\\t\\\"\"", "a: \" x: y #\\t\\\"\"\n")]
    [InlineData("a: \"\"\nb: no\nc: null", "a: \"\"\nb: \"no\"\nc: null\n")]
    public void A_text_is_written_so_that_it_is_read_as_the_same(string text, string written)
    {
        var problems = new List<ConfigProblem>();
        var root = YamlReader.Read(text, "t", _ => null, problems).ShouldBeOfType<YamlMap>();
        YamlText.Write(root).ShouldBe(written);
        var again = YamlReader.Read(written, "t", _ => null, problems).ShouldBeOfType<YamlMap>();
        NodeJson.Write(again).ShouldBe(NodeJson.Write(root));
        problems.ShouldBeEmpty();
    }

    internal static string Convert(IEnumerable<string> paths, ConfigContext context, string from = "manifests")
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        ConvertCommand.Convert(paths, from, context, output, errors).ShouldBe(0, errors.ToString());
        return output.ToString();
    }

    private static string Dump(GatewayConfig config)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ConfigDump.Write(json, config with { Source = "" });
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
