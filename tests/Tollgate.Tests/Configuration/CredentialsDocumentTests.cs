using System.Text;
using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Schema;

namespace Tollgate.Tests.Configuration;

/// <summary>docs/credentials.md says what the loader takes.</summary>
public sealed partial class CredentialsDocumentTests
{
    private static string Text => File.ReadAllText(Path.Combine(Repository.Root, "docs", "credentials.md"));

    public static TheoryData<string> Snippets => [.. Fence().Matches(Text).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void A_snippet_loads_as_it_stands(string yaml)
    {
        var context = new ConfigContext(name => yaml.Contains("${" + name + "}", StringComparison.Ordinal) ? "value-of-a-variable" : null, Catalogue.Default, _ => Encoding.UTF8.GetBytes("a-secret\n"));
        ConfigLoader.Parse(yaml, "t.yaml", context).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_key_of_an_identity_is_told_of()
    {
        var text = Text;
        foreach (var key in new[] { IdentityShapes.Aws, IdentityShapes.Azure, IdentityShapes.Gcp }.SelectMany(shape => shape.Keys)) text.ShouldContain(key.Name);
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
