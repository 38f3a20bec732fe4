using System.Text;
using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class ExampleTests
{
    public static TheoryData<string> Examples => [.. Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.yaml").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_loads_without_a_problem(string name)
    {
        var path = Path.Combine(Repository.Root, "examples", name);
        var result = ConfigLoader.LoadFile(path, ContextThatHasWhatItNames(File.ReadAllText(path)));

        result.Problems.ShouldBeEmpty();
        result.Config.ShouldNotBeNull().Models.ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_names_the_variables_that_it_misses(string name)
    {
        var path = Path.Combine(Repository.Root, "examples", name);
        var text = File.ReadAllText(path);
        var result = ConfigLoader.LoadFile(path, ContextThatHasWhatItNames(text) with { Environment = _ => null });

        var named = Regex.Matches(text, @"\$\{([A-Z_0-9]+)\}").Select(match => match.Groups[1].Value).Distinct();
        foreach (var variable in named) result.Problems.ShouldContain(problem => problem.Message.Contains($"the variable {variable} is not set"));
    }

    [Fact]
    public void One_example_shows_every_key_of_the_file()
    {
        var text = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText));

        foreach (var key in KeysOf(Tollgate.Configuration.Schema.ConfigShapes.File))
        {
            text.ShouldContain($"{key}:", customMessage: $"no example shows {key}");
        }
    }

    private static IEnumerable<string> KeysOf(Tollgate.Configuration.Schema.Shape shape) => shape switch
    {
        Tollgate.Configuration.Schema.ObjectShape known => known.Keys.Where(key => key.Refusal is null).SelectMany(key => KeysOf(key.Shape).Prepend(key.Name)),
        Tollgate.Configuration.Schema.MapShape map => KeysOf(map.Value),
        Tollgate.Configuration.Schema.ListShape list => KeysOf(list.Item),
        Tollgate.Configuration.Schema.FormsShape forms => forms.Forms.SelectMany(KeysOf),
        _ => [],
    };

    // Only the variables that stand in the text, and files for secrets and tokens, which are the reader's own.
    private static ConfigContext ContextThatHasWhatItNames(string text) => new(
        name => text.Contains("${" + name + "}", StringComparison.Ordinal) ? $"value-of-{name.Replace('_', '-')}" : null,
        Catalogue.Default,
        path => File.Exists(path) ? File.ReadAllBytes(path) : Encoding.UTF8.GetBytes(path.EndsWith(".htpasswd", StringComparison.Ordinal) ? "reader:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n" : "a-secret\n"));
}
