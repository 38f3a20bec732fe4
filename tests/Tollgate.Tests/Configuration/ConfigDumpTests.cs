using System.Text;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class ConfigDumpTests
{
    private const string Text = """
        clients: { team: { key: geheim-geheim-geheim } }
        providers:
          openai: { key: geheim, headers: { set: { x-key: geheim }, remove: [x-b] }, body: { set: { user: geheim } }, timeouts: { connect: 1500ms } }
          claude: { kind: anthropic, token: { file: token.txt } }
          bedrock: { kind: aws-anthropic, region: us-east-1, aws: { accessKeyId: geheim, secretAccessKey: geheim, sessionToken: geheim } }
        models:
          m: [openai, { provider: claude, model: x, weight: 2, priority: 1 }, bedrock]
          n: { backends: openai, fetch: { images: true, hosts: [a.org] }, fidelity: strict }
        """;

    private static string Dump()
    {
        var file = Path.GetFullPath("token.txt");
        var config = ConfigLoader.Parse(Text, "t.yaml", Loading.WithFile(file, "geheim")).Config.ShouldNotBeNull();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ConfigDump.Write(json, config);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void No_secret_is_in_it() => Dump().ShouldNotContain("geheim");

    [Fact]
    public void Everything_else_is()
    {
        using var document = JsonDocument.Parse(Dump());
        var root = document.RootElement;
        var openai = root.GetProperty("providers").GetProperty("openai");
        openai.GetProperty("key").GetString().ShouldBe("[redacted]");
        openai.GetProperty("headers").GetProperty("set").GetProperty("x-key").GetString().ShouldBe("[redacted]");
        openai.GetProperty("headers").GetProperty("remove")[0].GetString().ShouldBe("x-b");
        openai.GetProperty("timeouts").GetProperty("connect").GetString().ShouldBe("1500ms");
        root.GetProperty("providers").GetProperty("claude").GetProperty("token").GetProperty("file").GetString()!.ShouldEndWith("token.txt");
        root.GetProperty("providers").GetProperty("bedrock").GetProperty("aws").GetString().ShouldBe("[redacted]");
        root.GetProperty("models").GetProperty("m").GetProperty("backends")[1].GetRawText()
            .ShouldBe("""{"provider":"claude","model":"x","weight":2,"priority":1}""");
        root.GetProperty("fidelity").GetString().ShouldBe("announce");
        root.GetProperty("models").GetProperty("n").GetProperty("fidelity").GetString().ShouldBe("strict");
        root.GetProperty("models").GetProperty("n").GetProperty("fetch").GetRawText()
            .ShouldBe("""{"images":true,"documents":false,"http":false,"hosts":["a.org"],"maxBytes":10485760,"timeout":"10s"}""");
        root.GetProperty("clients")[0].GetString().ShouldBe("team");
        root.GetProperty("listen")[0].GetString().ShouldBe("127.0.0.1:1975");
        root.GetProperty("maxRequestBody").GetInt64().ShouldBe(64L << 20);
    }
}
