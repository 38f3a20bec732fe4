using Tollgate.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>What goes wrong behind the gateway: said in the caller's dialect, without a host or a key.</summary>
public sealed class ProviderErrorTests
{
    public static TheoryData<string> All => Surfaces.All;

    [Theory, MemberData(nameof(All))]
    public async Task Says_that_a_provider_accepts_no_connection(string path)
    {
        using var nobody = HeldPort.Take();
        await using var gateway = await Surfaces.StartAsync($"http://127.0.0.1:{nobody.Number}");
        var (status, error) = await ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}");
        status.ShouldBe(502);
        error.ShouldBeOfType(path, "server_error", "api_error", "provider_unreachable");
        error.Message.ShouldEndWith("cannot be reached: it accepts no connection");
        ShouldGiveNothingAway(error.Message, nobody.Number);
        (await gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_unreachable");
    }

    [Theory, MemberData(nameof(All))]
    public async Task Says_that_a_host_name_does_not_resolve(string path)
    {
        await using var gateway = await Surfaces.StartAsync("http://provider.invalid:8080");
        var (status, error) = await ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}");
        status.ShouldBe(502);
        error.ShouldBeOfType(path, "server_error", "api_error", "provider_unreachable");
        error.Message.ShouldNotContain("provider.invalid");
        ShouldGiveNothingAway(error.Message, 8080);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Says_that_a_provider_closed_without_an_answer(string path)
    {
        await using var provider = new ScriptedProvider(call =>
        {
            call.Reset();
            return Task.CompletedTask;
        });
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var (status, error) = await ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}");
        status.ShouldBe(502);
        error.ShouldBeOfType(path, "server_error", "api_error", "stream_interrupted");
        ShouldGiveNothingAway(error.Message, new Uri(provider.Url).Port);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Says_that_a_provider_does_not_speak_HTTP(string path)
    {
        await using var provider = new ScriptedProvider(async call => await call.WriteAsync("SSH-2.0-OpenSSH_9.9\r\n\r\n"u8.ToArray()));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var (status, error) = await ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}");
        status.ShouldBe(502);
        error.ShouldBeOfType(path, "server_error", "api_error", "provider_invalid_response");
        ShouldGiveNothingAway(error.Message, new Uri(provider.Url).Port);
    }

    [Fact]
    public async Task Does_not_follow_a_provider_that_redirects()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(302, "{}", ("location", "http://169.254.169.254/latest")));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var (status, body, response) = await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}");
        status.ShouldBe(502);
        response.Headers.Location.ShouldBeNull();
        ErrorShape.Read(ErrorShape.OpenAI, body, response).Code.ShouldBe("provider_invalid_response");
        provider.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_what_no_provider_of_the_model_speaks()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              plain: { kind: openai, url: {{provider.Url}}/v1 }
              bedrock: { kind: aws-bedrock, url: {{provider.Url}}, region: us-east-1, aws: { accessKeyId: AKIDEXAMPLE, secretAccessKey: wJalrXUtnFEMI } }
              claude: { kind: anthropic, url: {{provider.Url}}/v1, key: k }
            models: { o: plain, b: bedrock, a: claude }
            """);
        foreach (var (path, model, name) in new[] { ("/v1/moderations", "b", "bedrock"), ("/v1/images/generations", "a", "claude"), (ErrorShape.Cohere, "o", "plain"), ("/v1/embeddings", "a", "claude") })
        {
            var (status, error) = await ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{model}\"}}");
            status.ShouldBe(400);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "operation_not_supported");
            error.Message.ShouldContain($"'{name}'");
            ShouldGiveNothingAway(error.Message, new Uri(provider.Url).Port);
        }

        provider.Calls.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Has_no_provider_for_a_model_whose_backends_all_weigh_nothing(string path)
    {
        // A file says so at once; a configuration made in code comes as far as here.
        var config = new GatewayConfig
        {
            Listen = [new ListenAddress("127.0.0.1", 0)],
            Admin = new ListenAddress("127.0.0.1", 0),
            Providers = [new ProviderConfig { Name = "p", Kind = "openai", Url = new Uri("http://127.0.0.1:9/v1") }],
            Models = [new ModelConfig { Name = "idle", Backends = [new BackendConfig { Provider = "p", Weight = 0 }] }],
        };
        await using var gateway = await TestGateway.StartAsync(config);
        var (status, error) = await ErrorShape.PostAsync(gateway, path, "{\"model\":\"idle\"}");
        status.ShouldBe(503);
        error.ShouldBeOfType(path, "server_error", "api_error", "no_provider");
        error.Message.ShouldContain("'idle'");
    }

    private static void ShouldGiveNothingAway(string message, int port)
    {
        message.ShouldNotContain(Surfaces.Key);
        message.ShouldNotContain("127.0.0.1");
        message.ShouldNotContain(port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
