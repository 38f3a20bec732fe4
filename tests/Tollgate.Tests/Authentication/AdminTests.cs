using System.Net;
using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Authentication;

/// <summary>What operators ask, on a port of its own.</summary>
public sealed class AdminTests
{
    [Theory]
    [InlineData("/healthz", "ok\n")]
    [InlineData("/readyz", "ready\n")]
    public async Task Says_that_it_lives_and_is_ready(string path, string text)
    {
        await using var gateway = await Surfaces.StartAsync("http://127.0.0.1:9");
        (await gateway.Admin.GetStringAsync(path)).ShouldBe(text);
    }

    [Fact]
    public async Task Shows_metrics_of_what_was_asked()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{\"id\":\"x\",\"model\":\"gpt\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5,\"total_tokens\":16}}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}");
        await gateway.UntilToldAsync("gen_ai_server_request_duration_seconds_count{"); // the last of its figures, which come behind its line in the log
        using var response = await gateway.Admin.GetAsync("/metrics");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        var page = await response.Content.ReadAsStringAsync();
        var sum = page.Split('\n').Single(l => l.StartsWith("gen_ai_client_token_usage", StringComparison.Ordinal) && l.Contains("_sum", StringComparison.Ordinal) && l.Contains("\"input\"", StringComparison.Ordinal));
        sum.ShouldEndWith(" 11");
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/config")]
    public async Task Clients_cannot_reach_it_whatever_host_they_name(string path)
    {
        await using var gateway = await Surfaces.StartAsync("http://127.0.0.1:9");
        foreach (var host in (string[])[gateway.Host.AdminAddress.Authority, gateway.Host.Addresses[0].Authority, "localhost:1064", "admin.localhost"])
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var response = await gateway.Client.SendAsync(message);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await response.Content.ReadAsStringAsync()).ShouldContain("unknown_url");
        }
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/v1/chat/completions")]
    [InlineData("/anthropic/v1/models")]
    [InlineData("/v1/files")]
    [InlineData("/")]
    public async Task The_clients_paths_are_not_on_its_port(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        foreach (var host in (string[])[gateway.Host.AdminAddress.Authority, gateway.Host.Addresses[0].Authority])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
            {
                using var message = new HttpRequestMessage(method, path) { Headers = { Host = host } };
                if (method == HttpMethod.Post) message.Content = new StringContent("{\"model\":\"o\"}", System.Text.Encoding.UTF8, "application/json");
                using var response = await gateway.Admin.SendAsync(message);
                response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
                (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
            }
        }

        provider.Calls.ShouldBeEmpty();
        (await gateway.LogLinesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_configuration_shows_no_secret()
    {
        await using var gateway = await TestGateway.StartAsync("""
            providers:
              openai: { key: HUSH-1 }
              azure: { kind: azure-openai, url: "https://my.openai.azure.com", key: HUSH-2, headers: { set: { x-auth: HUSH-3 }, remove: [x-gone] }, body: { set: { password: HUSH-4, nested: { deep: HUSH-5 } } } }
              claude: { kind: anthropic, key: HUSH-6 }
              bedrock: { kind: aws-anthropic, region: us-east-1, aws: { accessKeyId: HUSH-7, secretAccessKey: HUSH-8, sessionToken: HUSH-9 } }
              converse: { kind: aws-bedrock, region: us-east-1, token: HUSH-10 }
              google: { kind: gcp-anthropic, project: p, location: l, token: HUSH-11 }
              cohere: { key: HUSH-12 }
            models: { m: [openai, azure, claude, bedrock, converse, google, cohere] }
            clients:
              alice: { key: HUSH-13-and-long-enough }
              bob: { keySha256: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff }
            """);
        var text = await gateway.Admin.GetStringAsync("/config");
        text.ShouldNotContain("HUSH", Case.Insensitive);
        text.ShouldNotContain("00112233", Case.Insensitive);
        text.ShouldNotContain(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("HUSH-13-and-long-enough"u8)), Case.Insensitive);
        var config = JsonDocument.Parse(text).RootElement;
        config.GetProperty("providers").EnumerateObject().Select(p => p.Name).ShouldBe(["openai", "azure", "claude", "bedrock", "converse", "google", "cohere"]);
        config.GetProperty("providers").GetProperty("azure").GetProperty("headers").GetProperty("set").GetProperty("x-auth").GetString().ShouldBe("[redacted]");
        config.GetProperty("clients").EnumerateArray().Select(c => c.GetString()).ShouldBe(["alice", "bob"]);
    }
}
