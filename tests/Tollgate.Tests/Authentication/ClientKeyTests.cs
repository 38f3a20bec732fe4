using Tollgate.Tests.Hosting;
using Tollgate.Tests.Lanes;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Authentication;

/// <summary>Who may call: keys in any of the places where SDKs put them.</summary>
public sealed class ClientKeyTests
{
    private const string Key = "tg-alice-0123456789abcdef";
    private const string Bob = "tg-bob-0123456789abcdef";

    public static TheoryData<string> All => Surfaces.All;

    [Theory]
    [InlineData("authorization", "Bearer " + Key, "alice")]
    [InlineData("authorization", "bearer  " + Key + " ", "alice")]
    [InlineData("x-api-key", Key, "alice")]
    [InlineData("api-key", Key, "alice")]
    [InlineData("api-key", Bob, "bob")]
    public async Task Knows_a_client_by_its_key(string header, string value, string name)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        (await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}", (header, value))).Status.ShouldBe(200);
        (await gateway.LogLineAsync()).GetProperty("client").GetString().ShouldBe(name);
        provider.Last.Headers["authorization"].ShouldBe("Bearer " + Surfaces.Key);
        string.Join('\n', provider.Last.Headers).ShouldNotContain("tg-");
    }

    [Theory, MemberData(nameof(All))]
    public async Task Refuses_whoever_has_no_key_or_another(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        (string, string)[][] attempts =
        [
            [], [("authorization", "Bearer wrong")], [("authorization", "Basic " + Key)], [("authorization", "Bearer " + Key + "x")], [("authorization", Key)],
            [("x-api-key", "")], [("x-api-key", "wrong")], [("api-key", Key.ToUpperInvariant())], [("x-api-key", new string('k', 5000))],
            [("authorization", "Bearer wrong"), ("x-api-key", Key)], // the first place that has a key counts
        ];
        foreach (var headers in attempts)
        {
            var (status, error) = await ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}", headers);
            status.ShouldBe(401);
            error.ShouldBeOfType(path, "invalid_request_error", "authentication_error", "invalid_api_key");
            error.Message.ShouldContain("Bearer KEY");
            error.Message.ShouldNotContain("tg-");
        }

        provider.Calls.ShouldBeEmpty();
        (await gateway.LogLineAsync(attempts.Length)).TryGetProperty("client", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/v1/models/o")]
    [InlineData("GET", "/anthropic/v1/models")]
    [InlineData("GET", "/v1/files")]
    [InlineData("POST", "/v1/audio/transcriptions")]
    [InlineData("GET", "/v1/responses/resp_1")]
    [InlineData("GET", "/v1/realtime?model=o")]
    [InlineData("GET", "/nothing")]
    public async Task No_lane_is_open_without_a_key(string method, string target)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        (await RawClient.SendAsync(gateway, method, target, method == "POST" ? "content-length: 0\r\n" : "")).Status.ShouldBe(401);
        provider.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_may_call_when_no_clients_are_named()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        (await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}", ("authorization", "Bearer anything"))).Status.ShouldBe(200);
        provider.Last.Headers["authorization"].ShouldBe("Bearer " + Surfaces.Key);
        (await gateway.LogLineAsync()).TryGetProperty("client", out _).ShouldBeFalse();
    }

    private static Task<TestGateway> StartAsync(string url) => Surfaces.StartAsync(url, $$"""
        clients:
          alice: { key: {{Key}} }
          bob: { keySha256: {{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Bob)))}} }
        """);
}
