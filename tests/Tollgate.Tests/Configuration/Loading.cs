using System.Text;
using Tollgate.Catalog;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

/// <summary>Loads texts with an environment and files of the test's own.</summary>
internal static class Loading
{
    public static ConfigContext Context(params (string Name, string Value)[] environment) =>
        new(name => environment.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault(), Catalogue.Default, _ => null);

    public static ConfigContext WithFile(string path, string content) =>
        new(_ => null, Catalogue.Default, asked => asked == path ? Encoding.UTF8.GetBytes(content) : null);

    public static LoadResult Load(string text, params (string Name, string Value)[] environment) =>
        ConfigLoader.Parse(text, "t.yaml", Context(environment));

    /// <summary>The configuration of a text without errors.</summary>
    public static GatewayConfig Config(string text, params (string Name, string Value)[] environment)
    {
        var result = Load(text, environment);
        result.Config.ShouldNotBeNull(string.Join('\n', result.Problems));
        return result.Config;
    }

    /// <summary>The only provider of a text without errors; only its members are given.</summary>
    public static ProviderConfig Provider(string members, params (string Name, string Value)[] environment) =>
        Config($"providers:\n  p: {members}\nmodels: {{ m: p }}\n", environment).Providers.ShouldHaveSingleItem();

    /// <summary>All problems as people see them.</summary>
    public static string[] Problems(string text, params (string Name, string Value)[] environment) =>
        [.. Load(text, environment).Problems.Select(problem => problem.ToString())];
}
