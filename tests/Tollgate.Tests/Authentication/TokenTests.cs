using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Authentication;

/// <summary>Tokens of an issuer: which are taken, which are not, and what they say of their bearer.</summary>
public sealed class TokenTests : IAsyncDisposable
{
    private const string Base = "providers: { simulator: {} }\nmodels: { \"*\": simulator }\n";

    private readonly ManualTime _time = new();
    private readonly TokenIssuer _issuer = new();

    private DateTimeOffset Now => _time.GetUtcNow();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task A_token_of_the_issuer_is_taken_and_names_the_caller()
    {
        await using var gateway = await StartAsync();
        (await AskAsync(gateway, _issuer.Token(Now))).Status.ShouldBe(200);
        (await gateway.LogLineAsync()).GetProperty("client").GetString().ShouldBe("alice");
    }

    [Fact]
    public async Task Any_place_of_a_key_may_hold_a_token()
    {
        await using var gateway = await StartAsync();
        foreach (var header in (string[])["x-api-key", "api-key"]) (await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", (header, _issuer.Token(Now)))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Expired_early_and_endless_tokens_are_refused()
    {
        await using var gateway = await StartAsync("leeway: 10s");
        foreach (var bad in (string[])[_issuer.Token(Now, lifetime: TimeSpan.FromSeconds(-11)), _issuer.Token(Now, $"\"sub\":\"a\",\"nbf\":{Now.ToUnixTimeSeconds() + 60}"), Endless()])
        {
            var (status, message) = await AskAsync(gateway, bad);
            status.ShouldBe(401);
            message.ShouldContain("expire");
        }

        (await AskAsync(gateway, _issuer.Token(Now, lifetime: TimeSpan.FromSeconds(-9)))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_that_was_good_ends_when_it_expires()
    {
        await using var gateway = await StartAsync("leeway: 0s");
        var token = _issuer.Token(Now);
        (await AskAsync(gateway, token)).Status.ShouldBe(200);
        _time.Advance(TimeSpan.FromMinutes(59));
        (await AskAsync(gateway, token)).Status.ShouldBe(200);
        _time.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync(gateway, token)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Another_issuer_audience_or_key_is_refused_without_quoting_the_token()
    {
        await using var gateway = await StartAsync();
        using var stranger = RSA.Create(2048);
        var good = _issuer.Token(Now);
        string[] bad =
        [
            _issuer.Token(Now, issuer: "https://evil.example.com"),
            _issuer.Token(Now, audience: "another"),
            TokenIssuer.Signed(Payload(), "k1", "RS256", stranger),
            TokenIssuer.Signed(Payload(), "unknown", "RS256", stranger),
            good[..^8] + "AAAAAAAA",
            good.Split('.')[0] + "." + Base64UrlEncoder.Encode(Payload().Replace("alice", "admin", StringComparison.Ordinal)) + "." + good.Split('.')[2],
            "ey.ey.ey",
        ];
        foreach (var token in bad)
        {
            var (status, message) = await AskAsync(gateway, token);
            status.ShouldBe(401, token);
            message.ShouldNotContain(token[..8]);
            message.ShouldNotContain("alice");
        }
    }

    [Fact]
    public async Task No_token_without_a_signature_and_none_signed_with_the_public_key_as_a_secret_is_taken()
    {
        await using var gateway = await StartAsync();
        var claims = Base64UrlEncoder.Encode(Payload());
        var none = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + claims + ".";
        (await AskAsync(gateway, none)).Status.ShouldBe(401);

        byte[][] secrets = [Encoding.UTF8.GetBytes(_issuer.KeySet()), Encoding.ASCII.GetBytes(_issuer.Key("k1").ExportSubjectPublicKeyInfoPem()), _issuer.Key("k1").ExportSubjectPublicKeyInfo(), _issuer.Key("k1").ExportParameters(false).Modulus!];
        foreach (var secret in secrets)
        {
            var head = Base64UrlEncoder.Encode("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}") + "." + claims;
            var forged = head + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(head)));
            (await AskAsync(gateway, forged)).Status.ShouldBe(401);
        }
    }

    [Fact]
    public async Task A_secret_in_the_key_set_verifies_nothing()
    {
        var secret = new byte[32];
        secret.AsSpan().Fill(7);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, _issuer.KeySet().Replace("{\"keys\":[", $$"""{"keys":[{"kty":"oct","kid":"shared","k":"{{Base64UrlEncoder.Encode(secret)}}"},""", StringComparison.Ordinal));
        await using var gateway = await TestGateway.StartAsync(Base + _issuer.Config().Replace(_issuer.Url, file, StringComparison.Ordinal), WithTime);
        var head = Base64UrlEncoder.Encode("{\"alg\":\"HS256\",\"kid\":\"shared\"}") + "." + Base64UrlEncoder.Encode(Payload());
        (await AskAsync(gateway, head + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(head))))).Status.ShouldBe(401);
        (await AskAsync(gateway, _issuer.Token(Now))).Status.ShouldBe(200);
        File.Delete(file);
    }

    [Fact]
    public async Task An_algorithm_that_is_not_on_the_list_is_refused()
    {
        await using var gateway = await StartAsync("algorithms: [RS512]");
        (await AskAsync(gateway, _issuer.Token(Now))).Status.ShouldBe(401);
        (await AskAsync(gateway, _issuer.Token(Now, algorithm: "RS512"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Claims_name_client_team_and_models()
    {
        await using var gateway = await StartAsync("claims: { client: name, team: groups.team, models: llm }", "teams: { search: { models: [\"gpt-4*\"] } }\n");
        var token = _issuer.Token(Now, "\"sub\":\"x\",\"name\":\"carol\",\"groups\":{\"team\":\"search\"},\"llm\":\"gpt-4o gpt-4-mini other\"");
        (await AskAsync(gateway, token, "gpt-4o")).Status.ShouldBe(200);
        (await AskAsync(gateway, token, "gpt-4.1")).Status.ShouldBe(403);
        (await AskAsync(gateway, token, "other")).Message.ShouldContain("its team 'search' is for gpt-4*");
        var line = await gateway.LogLineAsync();
        line.GetProperty("client").GetString().ShouldBe("carol");
        line.GetProperty("team").GetString().ShouldBe("search");
    }

    [Theory]
    [InlineData("\"sub\":\"x\"", "no claim 'team'")]
    [InlineData("\"sub\":\"x\",\"team\":\"nobodys\"", "no team 'nobodys'")]
    [InlineData("\"sub\":\"x\",\"team\":[\"search\"]", "no claim 'team'")]
    [InlineData("\"sub\":\"\",\"team\":\"search\"", "no claim 'sub'")]
    [InlineData("\"team\":\"search\"", "no claim 'sub'")]
    public async Task A_token_without_what_its_bounds_hang_on_is_refused(string claims, string reason)
    {
        await using var gateway = await StartAsync("claims: { team: team }", "teams: { search: {} }\n");
        var (status, message) = await AskAsync(gateway, _issuer.Token(Now, claims));
        status.ShouldBe(403);
        message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("\"scope\":\"read llm\"", 200)]
    [InlineData("\"scope\":[\"llm\"]", 200)]
    [InlineData("\"scope\":\"llm-admin\"", 403)]
    [InlineData("\"other\":1", 403)]
    public async Task A_required_claim_must_hold_its_value(string claim, int expected)
    {
        await using var gateway = await StartAsync("required: { scope: llm }");
        (await AskAsync(gateway, _issuer.Token(Now, "\"sub\":\"x\"," + claim))).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task Keys_may_be_written_in_place()
    {
        await using var gateway = await TestGateway.StartAsync(Base + _issuer.InlineConfig(), WithTime);
        (await AskAsync(gateway, _issuer.Token(Now))).Status.ShouldBe(200);
        _issuer.Reads.ShouldBe(0);
    }

    [Fact]
    public async Task Two_tokens_that_begin_alike_are_two_tokens()
    {
        await using var gateway = await StartAsync();
        var filler = new string('x', 4000);
        var first = _issuer.Token(Now, $"\"filler\":\"{filler}\",\"sub\":\"alice\"");
        var second = _issuer.Token(Now, $"\"filler\":\"{filler}\",\"sub\":\"mallory\"");
        second[..4000].ShouldBe(first[..4000]);
        (await AskAsync(gateway, first)).Status.ShouldBe(200);
        (await AskAsync(gateway, second)).Status.ShouldBe(200);
        (await gateway.LogLineAsync(1)).GetProperty("client").GetString().ShouldBe("alice");
        (await gateway.LogLineAsync(2)).GetProperty("client").GetString().ShouldBe("mallory");
    }

    [Fact]
    public async Task Keys_and_tokens_live_side_by_side()
    {
        await using var gateway = await StartAsync("", "clients: { bob: { key: tg-bob-0123456789abcdef } }\n");
        (await AskAsync(gateway, "tg-bob-0123456789abcdef")).Status.ShouldBe(200);
        (await AskAsync(gateway, _issuer.Token(Now))).Status.ShouldBe(200);
        (await AskAsync(gateway, "tg-bob-wrong")).Status.ShouldBe(401);
        (await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"m\"}")).Status.ShouldBe(401);
    }

    private Task<TestGateway> StartAsync(string issuer = "", string more = "") => TestGateway.StartAsync(Base + more + _issuer.Config(issuer), WithTime);

    private void WithTime(IServiceCollection services) => services.AddSingleton<TimeProvider>(_time);

    private string Payload() => $$"""{"iss":"{{TokenIssuer.Name}}","aud":"tollgate","exp":{{Now.ToUnixTimeSeconds() + 3600}},"sub":"alice"}""";

    private string Endless() => TokenIssuer.Signed($$"""{"iss":"{{TokenIssuer.Name}}","aud":"tollgate","sub":"alice"}""", "k1", "RS256", _issuer.Key("k1"));

    private static async Task<(int Status, string Message)> AskAsync(TestGateway gateway, string token, string model = "m")
    {
        var (status, body, _) = await gateway.PostAsync(ErrorShape.OpenAI, $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}", ("authorization", "Bearer " + token));
        return (status, status == 200 ? "" : System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("message").GetString()!);
    }
}
