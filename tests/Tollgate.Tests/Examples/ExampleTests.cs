using System.Net;
using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Postgres;
using Tollgate.Redis;
using Tollgate.Sqlite;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Examples;

/// <summary>Every file in <c>examples/</c> is loaded and started, with the variables that it names.</summary>
public sealed partial class ExampleTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task An_example_starts_and_gets_ready(string file)
    {
        var path = Path.Combine(Repository.Root, "examples", file);
        var variables = Variables().Matches(await File.ReadAllTextAsync(path)).DistinctBy(m => m.Groups[1].Value).ToDictionary(m => m.Groups[1].Value, m => Value(m.Groups[1].Value), StringComparer.Ordinal);
        variables["TOLLGATE_LISTEN"] = variables["TOLLGATE_ADMIN"] = "127.0.0.1:0";
        var loaded = ConfigLoader.LoadFile(path, new ConfigContext(variables.GetValueOrDefault, Catalogue.Default, SecretFile));
        loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems));

        // What the example keeps stays nowhere; its stores are those that the command brings.
        var state = Directory.CreateTempSubdirectory("tollgate-example-");
        await using (var gateway = await TestGateway.StartAsync(loaded.Config with { StateDir = state.FullName }, services => services.AddTollgateRedis().AddTollgateSqlite().AddTollgatePostgres()))
        {
            (await gateway.Admin.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        state.Delete(recursive: true);
    }

    // The files of keys that an example names are the reader's own.
    private static byte[]? SecretFile(string file) =>
        File.Exists(file) ? File.ReadAllBytes(file)
        : file.EndsWith(".htpasswd", StringComparison.Ordinal) ? "reader:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"u8.ToArray()
        : "value-of-a-file-0123456789"u8.ToArray();

    private static string Value(string variable) =>
        variable.EndsWith("_ENDPOINT", StringComparison.Ordinal) || variable.EndsWith("_URL", StringComparison.Ordinal)
            ? "https://example.invalid/v1"
            : $"value-of-{variable}-0123456789";

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)(?::-[^}]*)?\}")]
    private static partial Regex Variables();
}
