using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Who may call, as a SecurityPolicy says it.</summary>
public sealed class AccessTests
{
    private const string Keys = "apiKeyAuth: { credentialRefs: [{ name: callers }], extractFrom: [{ headers: [x-my-key] }] }";

    private static readonly (string, string)[] Ports = [("TOLLGATE_LISTEN", "127.0.0.1:0"), ("TOLLGATE_ADMIN", "127.0.0.1:0")];

    [Fact]
    public async Task A_caller_shows_its_key_in_the_header_that_the_policy_names()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync(Config(Set(Keys, provider.Url), Ports));
        (await Ask(gateway)).ShouldBe(401);
        (await Ask(gateway, ("x-my-key", "not-the-key-of-anybody"))).ShouldBe(401);
        (await Ask(gateway, ("x-my-key", "the-key-of-search-team"))).ShouldBe(200);
        provider.Last.Headers.ShouldNotContainKey("x-my-key");
        (await gateway.LogLineAsync(3)).GetProperty("client").GetString().ShouldBe("search");
    }

    [Fact]
    public void Who_knows_its_callers_listens_to_everybody()
    {
        Config(Set(Keys)).Listen.Single().ToString().ShouldBe("*:1975");
        Config(Gateway + Route(Rule("m", "{ name: b }")) + Backend("b", "http://10.0.0.1:80")).Listen.Single().ToString().ShouldBe("127.0.0.1:1975");
        Config((Gateway + Route(Rule("m", "{ name: b }")) + Backend("b", "http://10.0.0.1:80")).Replace("{ name: gw }\n", "{ name: gw, annotations: { tollgate.dev/allow-anonymous: \"true\" } }\n", StringComparison.Ordinal))
            .Listen.Single().ToString().ShouldBe("*:1975");
    }

    [Fact]
    public void Tokens_pages_and_networks_are_taken_over()
    {
        var config = Config(Set(
            "jwt: { providers: [{ name: a, issuer: 'https://i.org', audiences: [g], remoteJWKS: { uri: 'https://i.org/keys' }, claimToHeaders: [{ claim: tenant, header: x-tenant }] }] }, "
            + "cors: { allowOrigins: ['https://app.org'], allowMethods: [POST], maxAge: 5m }, "
            + "authorization: { defaultAction: Deny, rules: [{ action: Deny, principal: { clientCIDRs: [10.1.0.0/16] } }, { action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }")
            + Of("BackendTrafficPolicy", "p", "{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }], rateLimit: { global: { rules: [{ clientSelectors: [{ headers: [{ name: X-Tenant, type: Distinct }] }], limit: { requests: 5, unit: Hour } }] } } }"));
        var issuer = config.Authentication.Jwt.ShouldHaveSingleItem();
        issuer.Issuer.ShouldBe("https://i.org");
        issuer.Audiences.ShouldBe(["g"]);
        config.Cors.ShouldNotBeNull().Origins.ShouldBe(["https://app.org"]);
        config.Access.ShouldNotBeNull().Allow.Select(network => network.ToString()).ShouldBe(["10.0.0.0/8"]);
        config.Access.Deny.Select(network => network.ToString()).ShouldBe(["10.1.0.0/16"]);
        config.Limits.Single().By.Single().ShouldBe(new Tollgate.Configuration.LimitKey(Tollgate.Configuration.LimitSubject.Claim, "tenant"));
    }

    [Theory]
    [InlineData("jwt: { optional: true, providers: [{ name: a, issuer: i, audiences: [g], remoteJWKS: { uri: 'https://i.org/keys' } }] }", "a token is asked of all callers or of none")]
    [InlineData("jwt: { providers: [{ name: a, issuer: i, remoteJWKS: { uri: 'https://i.org/keys' } }] }", "write issuer and audiences")]
    [InlineData(Keys + ", jwt: { providers: [{ name: a, issuer: i, audiences: [g], remoteJWKS: { uri: 'https://i.org/keys' } }] }", "one of them would be enough: keep one")]
    [InlineData("authorization: { rules: [{ action: Allow, principal: { jwt: {} } }] }", "callers are allowed and denied by their networks")]
    [InlineData("authorization: { defaultAction: Deny, rules: [{ action: Deny, principal: { clientCIDRs: [10.0.0.0/8] } }] }", "nobody may call")]
    [InlineData("authorization: { rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }, { action: Deny, principal: { clientCIDRs: [10.1.0.0/16] } }] }", "put this rule first")]
    [InlineData("extAuth: {}", "no other service is asked")]
    [InlineData("oidc: {}", "nobody signs in here")]
    public void What_would_open_the_gateway_wider_than_written_keeps_it_from_running(string policy, string reason)
    {
        var text = Set(policy);
        Refusals(text).ShouldContain(refusal => refusal.Contains(reason, StringComparison.Ordinal));
        Load(text).Config.ShouldBeNull();
    }

    [Theory]
    [InlineData("{ inline: 'KEYS' }", "")]
    [InlineData("{ type: ValueRef, valueRef: { group: '', kind: ConfigMap, name: keys } }", "data: { other: x, jwks: 'KEYS' }")]
    [InlineData("{ type: ValueRef, valueRef: { group: '', kind: ConfigMap, name: keys } }", "data: { a.json: 'KEYS', other: x }")]
    public void Keys_of_tokens_may_stand_in_the_manifest(string keys, string data)
    {
        const string Set = """{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""";
        var text = AccessTests.Set($"jwt: {{ providers: [{{ name: a, issuer: i, audiences: [g], localJWKS: {keys.Replace("KEYS", Set, StringComparison.Ordinal)} }}] }}")
            + (data.Length == 0 ? "" : Of("ConfigMap", "keys", data.Replace("KEYS", Set, StringComparison.Ordinal)));
        Config(text).Authentication.Jwt.ShouldHaveSingleItem().Keys.Text.ShouldBe(Set);
    }

    [Fact]
    public void Keys_of_tokens_that_cannot_be_used_are_told_at_their_place()
    {
        var text = Set("jwt: { providers: [{ name: a, issuer: i, audiences: [g], localJWKS: { inline: '{}' } }] }");
        Errors(text).ShouldContain(problem => problem.StartsWith("m.yaml:25:164: authentication.jwt.jwks.json cannot be used, because it has no RSA or EC key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("numTrustedHops: 2", 2, "")]
    [InlineData("trustedCIDRs: [10.0.0.0/8]", 0, "10.0.0.0/8")]
    public void Proxies_that_are_trusted_are_taken_over(string trusted, int hops, string networks)
    {
        var found = Config(Set(Keys) + Clients("", trusted)).ClientAddress.ShouldNotBeNull();
        found.Hops.ShouldBe(hops);
        string.Join(',', found.Proxies).ShouldBe(networks);
    }

    [Fact]
    public void Proxies_of_one_listener_keep_the_gateway_from_running() =>
        Refusals(Set(Keys) + Clients(", sectionName: http", "numTrustedHops: 2")).ShouldContain(refusal => refusal.Contains("the same proxies stand before all listeners", StringComparison.Ordinal));

    private static string Clients(string section, string trusted) =>
        Of("ClientTrafficPolicy", "c", $"{{ targetRefs: [{{ group: gateway.networking.k8s.io, kind: Gateway, name: gw{section} }}], clientIPDetection: {{ xForwardedFor: {{ {trusted} }} }} }}");

    private static string Set(string policy, string url = "http://10.0.0.1:80") => Gateway + Route(Rule("m", "{ name: b }")) + Backend("b", url)
        + Of("SecurityPolicy", "s", $"{{ targetRefs: [{{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }}], {policy} }}")
        + Of("Secret", "callers", "stringData: { search: the-key-of-search-team }");

    private static async Task<int> Ask(TestGateway gateway, params (string, string)[] headers) =>
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""", headers)).Status;
}
