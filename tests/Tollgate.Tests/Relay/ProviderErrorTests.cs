using System.Text;
using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Relay;

/// <summary>What clients see when a provider says no, or says nothing that can be understood.</summary>
public sealed class ProviderErrorTests
{
    private static readonly (string Kind, string Path)[] Clients = [("openai", "/v1/chat/completions"), ("anthropic", "/v1/messages"), ("cohere", "/cohere/v2/rerank")];

    public static TheoryData<int> Each => [0, 1, 2];

    [Theory]
    [InlineData(0, 429, """{ "error" : {"message":"Rate \u006cimit","type":"tokens","param":null,"code":"rate_limit_exceeded","x":1e400}} """)]
    [InlineData(0, 400, """{"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""")]
    [InlineData(0, 409, """{"error":{"code":"409","message":"Busy"}}""")]
    [InlineData(0, 404, """{"error":"model 'x' not found"}""")]
    [InlineData(1, 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"} """)]
    [InlineData(1, 400, """{"type":"error", "error":{"type":"invalid_request_error","message":"max_tokens: required","more":[1e400]}}""")]
    [InlineData(2, 429, """{"message":"trial key", "id":"x","more":1e400}""")]
    public async Task An_error_in_the_clients_dialect_passes_byte_for_byte(int client, int status, string body)
    {
        var (kind, path) = Clients[client];
        await using var rig = await RelayRig.StartAsync(kind, call => call.AnswerAsync(status, body, ("retry-after", "3"), ("x-request-id", "r-1"), ("request-id", "r-2"), ("set-cookie", "a=b")));
        foreach (var stream in (string[])["false", "true"])
        {
            var answer = await rig.SendAsync(path, $$"""{"model":"m","stream":{{stream}}}""");
            answer.Status.ShouldBe(status);
            answer.Text.ShouldBe(body);
            answer.Headers["retry-after"].ShouldBe("3");
            answer.Headers["x-request-id"].ShouldBe("r-1");
            answer.Headers["request-id"].ShouldBe("r-2");
            answer.Headers.ShouldNotContainKey("set-cookie");
        }

        var line = await rig.Gateway.LogLineAsync(2);
        line.GetProperty("status").GetInt32().ShouldBe(status);
        line.GetProperty("provider_status").GetInt32().ShouldBe(status);
        line.GetProperty("error").GetString().ShouldBe("provider_error");
    }

    [Theory]
    [InlineData(400, "text/plain", "Bad things happened", "Bad things happened")]
    [InlineData(503, "text/html", "<html><head><title>503 Service Unavailable</title><style>p{}</style></head><body><h1>Sorry</h1></body></html>", "Service Unavailable")]
    [InlineData(500, "application/json", "", "500")]
    [InlineData(502, "application/octet-stream", "\u0001\u0002", "502")]
    [InlineData(429, "application/json", """{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}""", "Quota exceeded")]
    [InlineData(404, "application/json", """[{"error":{"code":404,"message":"No such model","status":"NOT_FOUND"}}]""", "No such model")]
    [InlineData(409, "application/json", """{"Message":"The model is not ready","__type":"com.amazon.coral#ModelNotReadyException"}""", "The model is not ready")]
    [InlineData(422, "application/json", """{"detail":[{"loc":["body","x"],"msg":"field required"}]}""", "field required")]
    [InlineData(500, "application/json", "{ broken", "{ broken")]
    public async Task Any_other_error_is_wrapped_with_the_providers_status(int status, string contentType, string body, string message)
    {
        foreach (var (kind, path) in Clients)
        {
            await using var rig = await RelayRig.StartAsync(kind, call => call.AnswerAsync(status, contentType, Encoding.UTF8.GetBytes(body), ("retry-after", "3")));
            var answer = await rig.SendAsync(path, """{"model":"m","stream":true}""");
            answer.Status.ShouldBe(status);
            answer.Headers["retry-after"].ShouldBe("3");
            answer.Headers["content-type"].ShouldBe("application/json");
            Message(path, answer.Text).ShouldContain(message);
        }
    }

    [Theory]
    [InlineData(401, """{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: sk-up***am"}}""")]
    [InlineData(402, """{"error":{"message":"Payment required"}}""")]
    [InlineData(403, """{"Message":"User is not authorized","__type":"com.amazon.coral#AccessDeniedException"}""")]
    public async Task A_key_that_is_refused_is_the_gateways_fault_and_not_the_callers(int status, string body)
    {
        foreach (var (kind, path) in Clients)
        {
            await using var rig = await RelayRig.StartAsync(kind, call => call.AnswerAsync(status, body));
            foreach (var stream in (string[])["false", "true"])
            {
                var answer = await rig.SendAsync(path, $$"""{"model":"m","stream":{{stream}}}""");
                answer.Status.ShouldBe(502);
                Message(path, answer.Text).ShouldBe($"provider 'p' refuses the gateway's credential ({status}), and nobody else can be asked: the operator must check its key and account");
                answer.Headers["x-tollgate-provider"].ShouldBe("p");
            }

            var line = await rig.Gateway.LogLineAsync(2);
            (line.GetProperty("provider_status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((status, "upstream_credentials_exhausted"));
        }
    }

    [Fact]
    public async Task What_a_provider_says_of_rights_to_its_own_files_is_passed_on()
    {
        const string Body = """{"error":{"message":"not your file","type":"permission_error","param":null,"code":null}}""";
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(403, Body));
        var (status, body, _) = await rig.Gateway.PostAsync("/v1/batches", "{}");
        (status, body).ShouldBe((403, Body));
    }

    [Fact]
    public async Task Each_dialect_gets_the_type_that_goes_with_the_status()
    {
        await using var openai = await RelayRig.StartAsync("openai", call => call.AnswerAsync(429, "text/plain", "slow"u8.ToArray()));
        var error = JsonDocument.Parse((await openai.SendAsync("/v1/chat/completions", """{"model":"m"}""")).Body).RootElement.GetProperty("error");
        error.GetProperty("type").GetString().ShouldNotBeNullOrEmpty();
        error.TryGetProperty("param", out _).ShouldBeTrue();
        error.TryGetProperty("code", out _).ShouldBeTrue();
        await using var anthropic = await RelayRig.StartAsync("anthropic", call => call.AnswerAsync(429, "text/plain", "slow"u8.ToArray()));
        var body = JsonDocument.Parse((await anthropic.SendAsync("/v1/messages", """{"model":"m"}""")).Body).RootElement;
        body.GetProperty("error").GetProperty("type").GetString().ShouldBe("rate_limit_error");
        body.GetProperty("request_id").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task An_error_that_comes_as_a_compressed_body_is_read()
    {
        const string body = """{"error":{"message":"m","type":"t"}}""";
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(400, "application/json", packed.ToArray(), ("content-encoding", "gzip")));
        (await rig.SendAsync("/v1/chat/completions", """{"model":"m"}""")).Text.ShouldBe(body);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_redirect_is_not_followed(int client)
    {
        var (kind, path) = Clients[client];
        await using var rig = await RelayRig.StartAsync(kind, call => call.AnswerAsync(302, "{}", ("location", "http://secret-host.internal/login")));
        await ShouldBe502Async(rig, path, "provider_invalid_response");
        rig.Provider.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_provider_that_cannot_be_reached_is_a_502(int client)
    {
        var (kind, path) = Clients[client];
        using var nobody = HeldPort.Take();
        await using var gateway = await TestGateway.StartAsync($"providers:\n  p: {{ kind: {kind}, url: 'http://127.0.0.1:{nobody.Number}', key: {RelayRig.ProviderKey} }}\nmodels:\n  \"*\": p\n");
        var (status, body, response) = await gateway.PostAsync(path, """{"model":"m"}""");
        status.ShouldBe(502);
        ShouldTellNothing(body, response.ToString());
        Message(path, body).ShouldContain("'p' cannot be reached");
        (await gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_unreachable");
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_provider_that_does_not_speak_HTTP_is_a_502(int client)
    {
        var (kind, path) = Clients[client];
        await using var rig = await RelayRig.StartAsync(kind, async call =>
        {
            await call.WriteAsync("SSH-2.0-OpenSSH_9.6 secret-host.internal\r\n\r\n"u8.ToArray());
            call.Close();
        });
        await ShouldBe502Async(rig, path, "provider_invalid_response");
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_provider_that_hangs_up_is_a_502(int client)
    {
        var (kind, path) = Clients[client];
        await using var rig = await RelayRig.StartAsync(kind, call =>
        {
            call.Close();
            return Task.CompletedTask;
        });
        await ShouldBe502Async(rig, path, "stream_interrupted");
    }

    private static async Task ShouldBe502Async(RelayRig rig, string path, string code)
    {
        var answer = await rig.SendAsync(path, """{"model":"m"}""", ("authorization", "Bearer " + RelayRig.ClientKey));
        answer.Status.ShouldBe(502);
        answer.Headers["content-type"].ShouldBe("application/json");
        Message(path, answer.Text).ShouldContain("'p'");
        ShouldTellNothing(answer.Text, string.Join('\n', answer.Headers));
        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("error").GetString().ShouldBe(code);
        line.GetProperty("status").GetInt32().ShouldBe(502);
        line.GetProperty("attempts").GetInt32().ShouldBe(1);
    }

    private static void ShouldTellNothing(params string[] texts)
    {
        foreach (var text in texts)
        {
            text.ShouldNotContain("127.0.0.1");
            text.ShouldNotContain("secret-host");
            text.ShouldNotContain(RelayRig.ProviderKey);
            text.ShouldNotContain(RelayRig.ClientKey);
        }
    }

    private static string Message(string path, string body)
    {
        var root = JsonDocument.Parse(body).RootElement;
        if (path.StartsWith("/cohere", StringComparison.Ordinal)) return root.GetProperty("message").GetString()!;
        if (path == "/v1/messages") root.GetProperty("type").GetString().ShouldBe("error");
        return root.GetProperty("error").GetProperty("message").GetString()!;
    }
}
