using System.Text.RegularExpressions;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed partial class DocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "config.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_first_example_of_the_document_is_a_whole_configuration()
    {
        var yaml = Blocks().First(block => block.Contains("providers:", StringComparison.Ordinal));
        ConfigLoader.Parse(yaml, "config.md", Loading.Context()).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void The_providers_and_models_of_the_document_are_one_configuration()
    {
        var providers = Blocks().Where(block => block.StartsWith("providers:\n", StringComparison.Ordinal)).ShouldHaveSingleItem();
        var models = Blocks().First(block => block.StartsWith("models:\n", StringComparison.Ordinal)); // those of later chapters are parts
        const string Others = "  claude: { kind: simulator }\n  vertex: { kind: simulator }\n  bedrock: { kind: simulator }\n  groq: { kind: simulator }\n  mistral: { kind: simulator }\n";

        var result = ConfigLoader.Parse(providers + Others + models, "config.md", Loading.Context(("OPENAI_API_KEY", "k"), ("AZURE_OPENAI_API_KEY", "k")));

        result.Config.ShouldNotBeNull(string.Join('\n', result.Problems)).Models.Length.ShouldBe(5);
    }

    [Fact]
    public void Every_key_of_the_file_is_explained()
    {
        foreach (var key in Tollgate.Configuration.Schema.ConfigShapes.File.Keys.Concat(Tollgate.Configuration.Schema.ProviderShapes.Provider.Keys))
        {
            if (key.Name is "gcp" or "azure") continue;

            (Document.Contains($"`{key.Name}`", StringComparison.Ordinal) || Document.Contains($"\n{key.Name}:", StringComparison.Ordinal))
                .ShouldBeTrue($"docs/config.md does not explain {key.Name}");
        }
    }

    private static IEnumerable<string> Blocks() => Yaml().Matches(Document).Select(match => match.Groups[1].Value);

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
