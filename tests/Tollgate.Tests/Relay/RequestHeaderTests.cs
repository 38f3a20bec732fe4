using System.Text;
using System.Text.Json;

namespace Tollgate.Tests.Relay;

/// <summary>Which of the client's headers a provider sees, and whose credential.</summary>
public sealed class RequestHeaderTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/anthropic/v1/messages";
    private const string Body = """{"model":"m","messages":[]}""";

    private static readonly (string, string)[] ClientCredentials =
    [
        ("authorization", "Bearer " + RelayRig.ClientKey), ("x-api-key", RelayRig.ClientKey), ("api-key", RelayRig.ClientKey),
        ("x-goog-api-key", RelayRig.ClientKey), ("cookie", "session=" + RelayRig.ClientKey), ("proxy-authorization", "Basic " + RelayRig.ClientKey),
        ("openai-organization", RelayRig.ClientKey), ("openai-project", RelayRig.ClientKey), ("x-amz-security-token", RelayRig.ClientKey),
    ];

    [Theory]
    [InlineData("openai", Chat, "authorization", "Bearer " + RelayRig.ProviderKey)]
    [InlineData("azure-openai", Chat, "api-key", RelayRig.ProviderKey)]
    [InlineData("cohere", "/cohere/v2/rerank", "authorization", "Bearer " + RelayRig.ProviderKey)]
    [InlineData("anthropic", Messages, "x-api-key", RelayRig.ProviderKey)]
    [InlineData("gcp-anthropic", Messages, "authorization", "Bearer " + RelayRig.ProviderKey)]
    [InlineData("aws-anthropic", Messages, "x-amz-security-token", "SESSIONEXAMPLE")]
    public async Task The_clients_credentials_end_here_and_the_providers_own_goes_on(string kind, string path, string header, string value)
    {
        await using var rig = await RelayRig.AnsweringAsync(kind, "{}");
        var query = $"?key={RelayRig.ClientKey}&api_key={RelayRig.ClientKey}&API-KEY={RelayRig.ClientKey}&k%65y={RelayRig.ClientKey}&access_token={RelayRig.ClientKey}";
        (await rig.SendAsync(path + query, Body, ClientCredentials)).Status.ShouldBe(200);
        var call = rig.Provider.Last;
        call.Headers[header].ShouldBe(value);
        call.Target.ShouldNotContain(RelayRig.ClientKey);
        call.Headers.Values.ShouldAllBe(v => !v.Contains(RelayRig.ClientKey));
        call.Headers.ShouldNotContainKey("cookie");
        call.Headers.ShouldNotContainKey("openai-organization");
    }

    [Fact]
    public async Task Other_parameters_of_the_query_pass_as_written()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        await rig.SendAsync(Chat + $"?a=%2Fx%20y&key={RelayRig.ClientKey}&beta=true&b=&c", Body);
        rig.Provider.Last.Target.ShouldBe("/v1/chat/completions?a=%2Fx%20y&beta=true&b=&c");
    }

    [Fact]
    public async Task Headers_that_nobody_knows_pass_and_so_does_the_user_agent()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        await rig.SendAsync(Chat, Body, ("user-agent", "OpenAI/Python 2.1.0"), ("x-stainless-lang", "python"), ("x-made-up", "a, b;c=\"d\""), ("idempotency-key", "k-1"), ("accept", "application/json"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        var headers = rig.Provider.Last.Headers;
        headers["user-agent"].ShouldBe("OpenAI/Python 2.1.0");
        headers["x-stainless-lang"].ShouldBe("python");
        headers["x-made-up"].ShouldBe("a, b;c=\"d\"");
        headers["idempotency-key"].ShouldBe("k-1");
        headers["accept"].ShouldBe("application/json");
        headers["traceparent"].ShouldBe("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    }

    [Fact]
    public async Task A_client_without_a_user_agent_is_given_none()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        await rig.SendAsync(Chat, Body);
        rig.Provider.Last.Headers.ShouldNotContainKey("user-agent");
        rig.Provider.Last.Headers.ShouldNotContainKey("traceparent");
    }

    [Fact]
    public async Task Headers_of_the_connection_and_of_the_inside_end_here()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        await rig.SendAsync(
            Chat, Body, ("connection", "x-other, X-Hop"), ("x-hop", "1"), ("keep-alive", "timeout=5"), ("te", "trailers"), ("upgrade", "h2c"), ("accept-encoding", "zstd"),
            ("forwarded", "for=10.0.0.1"), ("x-forwarded-for", "10.0.0.1"), ("x-real-ip", "10.0.0.1"), ("via", "1.1 inside"), ("origin", "http://inside"), ("x-tollgate-provider", "p"), ("expect", "100-continue"));
        var headers = rig.Provider.Last.Headers;
        foreach (var name in (string[])["connection", "x-hop", "keep-alive", "te", "upgrade", "forwarded", "x-forwarded-for", "x-real-ip", "via", "origin", "x-tollgate-provider", "expect"])
        {
            headers.ShouldNotContainKey(name);
        }

        headers.GetValueOrDefault("accept-encoding", "").ShouldNotContain("zstd"); // it could not be read
        headers["host"].ShouldBe(rig.Provider.Url["http://".Length..]);
    }

    [Fact]
    public async Task A_header_with_other_letters_than_ASCII_passes()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        rig.Gateway.Client.Dispose();
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = rig.Gateway.Host.Addresses[0] };
        using var message = RelayRig.Post(Chat, Encoding.UTF8.GetBytes(Body), ("x-title", "Zoë's app"));
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(200);
        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(rig.Provider.Last.Headers["x-title"])).ShouldBe("Zoë's app");
    }

    [Fact]
    public async Task The_operator_sets_and_removes_headers()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", more: ", headers: { set: { x-tier: flex, user-agent: tollgate, content-language: en }, remove: [X-Secret, expires, absent] }");
        await rig.SendAsync(Chat, Body, ("x-tier", "priority"), ("user-agent", "client"), ("x-secret", "s"));
        var headers = rig.Provider.Last.Headers;
        headers["x-tier"].ShouldBe("flex");
        headers["user-agent"].ShouldBe("tollgate");
        headers["content-language"].ShouldBe("en");
        headers.ShouldNotContainKey("x-secret");
    }

    [Fact]
    public async Task Anthropics_own_API_gets_version_and_betas_in_their_headers()
    {
        await using var rig = await RelayRig.AnsweringAsync("anthropic", "{}");
        await rig.SendAsync(Messages + "?beta=true", Body, ("anthropic-version", "2026-10-21"), ("anthropic-beta", "a-1,b-2"));
        rig.Provider.Last.Headers["anthropic-version"].ShouldBe("2026-10-21");
        rig.Provider.Last.Headers["anthropic-beta"].ShouldBe("a-1,b-2");
        rig.Provider.Last.Target.ShouldBe("/v1/messages?beta=true");
        rig.Provider.Last.Text.ShouldBe(Body);
    }

    [Fact]
    public async Task Vertex_gets_the_version_in_the_body_and_betas_in_their_header()
    {
        await using var rig = await RelayRig.AnsweringAsync("gcp-anthropic", "{}", more: ", betas: [a-1]");
        await rig.SendAsync(Messages, """{"model":"m","max_tokens":5}""", ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a-1"));
        rig.Provider.Last.Headers.ShouldNotContainKey("anthropic-version");
        rig.Provider.Last.Headers["anthropic-beta"].ShouldBe("a-1");
        rig.Provider.Last.Text.ShouldBe("""{"anthropic_version":"vertex-2023-10-16","max_tokens":5}""");
    }

    [Fact]
    public async Task Bedrock_gets_version_and_betas_in_the_body()
    {
        await using var rig = await RelayRig.AnsweringAsync("aws-anthropic", "{}", more: ", betas: [a-1, b-2, c-3]");
        await rig.SendAsync(Messages, """{"model":"m","max_tokens":5,"stream":false}""", ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a-1, b-2"), ("anthropic-beta", "c-3"));
        rig.Provider.Last.Headers.ShouldNotContainKey("anthropic-version");
        rig.Provider.Last.Headers.ShouldNotContainKey("anthropic-beta");
        var body = JsonDocument.Parse(rig.Provider.Last.Text).RootElement;
        body.GetProperty("anthropic_beta").GetRawText().ShouldBe("""["a-1","b-2","c-3"]""");
        body.GetProperty("anthropic_version").GetString().ShouldBe("bedrock-2023-05-31");
        body.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal).ShouldBe(["anthropic_beta", "anthropic_version", "max_tokens"]);
    }

    [Fact]
    public async Task A_body_that_has_version_and_betas_keeps_its_betas_and_gets_the_providers_version()
    {
        await using var rig = await RelayRig.AnsweringAsync("aws-anthropic", "{}", more: ", apiVersion: bedrock-test");
        await rig.SendAsync(Messages, """{"anthropic_version":"2026-10-21","model":"m","anthropic_beta":["own"],"x":1e400,"stream":false}""", ("anthropic-beta", "a-1"));
        rig.Provider.Last.Text.ShouldBe("""{"anthropic_version":"bedrock-test","anthropic_beta":["own"],"x":1e400}""");
    }
}
