using System.Text.Json;
using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>SecurityPolicies of routes and rules among several.</summary>
public sealed class RouteAccessTests
{
    private const string ForGateway = "group: gateway.networking.k8s.io, kind: Gateway, name: gw";
    private const string ForRoute = "group: gateway.networking.k8s.io, kind: HTTPRoute, name: r";
    private const string Tokens = "jwt: { providers: [{ name: a, issuer: 'https://i.org', audiences: [g], remoteJWKS: { uri: 'https://i.org/keys' } }] }";

    private static readonly (string, string)[] Ports = [("TOLLGATE_LISTEN", "127.0.0.1:0"), ("TOLLGATE_ADMIN", "127.0.0.1:0")];

    [Fact]
    public async Task The_nearest_policy_says_who_may_ask_for_a_model()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync(Config(
            TwoRoutes(provider.Url) + Policy("of-all", ForGateway, Keys("everybody")) + Policy("of-r", ForRoute, Keys("few")) + Policy("of-rule", ForRoute + ", sectionName: special", "basicAuth: { users: { name: users } }")
            + Secret("everybody", "ann: the-key-of-ann-0123456789") + Secret("few", "bob: the-key-of-bob-0123456789") + Secret("users", "'.htpasswd': 'cid:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='"), Ports));
        var password = "Basic " + Convert.ToBase64String("cid:secret"u8.ToArray());
        foreach (var (model, key, status) in new[]
        {
            ("for-all", "the-key-of-ann-0123456789", 200), ("for-all", "the-key-of-bob-0123456789", 403), ("for-all", password, 403),
            ("for-few", "the-key-of-ann-0123456789", 403), ("for-few", "the-key-of-bob-0123456789", 200), ("for-few", password, 403),
            ("special", "the-key-of-ann-0123456789", 403), ("special", "the-key-of-bob-0123456789", 403), ("special", password, 200),
            ("for-all", "nobody-s-key", 401),
        })
        {
            var header = key.StartsWith("Basic", StringComparison.Ordinal) ? "authorization" : "x-my-key";
            (await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[]}""", (header, key))).Status.ShouldBe(status, $"{model} with {key}");
        }

        using var asking = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        asking.Headers.Add("x-my-key", "the-key-of-bob-0123456789");
        using var answer = await gateway.Client.SendAsync(asking);
        var listed = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data");
        listed.EnumerateArray().Select(model => model.GetProperty("id").GetString()).ShouldBe(["for-few"]);
    }

    [Fact]
    public void Networks_and_issuers_of_a_route_count_for_its_models()
    {
        var config = Config(TwoRoutes() + Policy("of-all", ForGateway, Keys("everybody")) + Secret("everybody", "ann: the-key-of-ann-0123456789")
            + Policy("of-r", ForRoute, Tokens + ", authorization: { defaultAction: Deny, rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }"));
        var few = config.Models.Single(model => model.Name == "for-few").Access.ShouldNotBeNull();
        few.Issuers.ShouldBe(["https://i.org"]);
        few.Clients.ShouldBeEmpty();
        few.Addresses.ShouldNotBeNull().Allow.Select(network => network.ToString()).ShouldBe(["10.0.0.0/8"]);
        config.Models.Single(model => model.Name == "for-all").Access.ShouldNotBeNull().Clients.ShouldBe(["ann"]);
        config.Access.ShouldBeNull();
        config.Authentication.KeysFrom.ShouldNotBeNull().Headers.ShouldBe(["x-my-key", "authorization"]);
    }

    [Fact]
    public void A_policy_that_counts_for_everything_counts_for_the_gateway()
    {
        var config = Config(Gateway + Route(Rule("m", "{ name: b }")) + Backend("b", "http://10.0.0.1:80") + Policy("of-r", ForRoute, Keys("few")) + Secret("few", "bob: the-key-of-bob-0123456789"));
        config.Models.Single().Access.ShouldBeNull();
        config.Clients.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(ForRoute, "of-r-keys", "", "s/rule-0 would be open to everybody while other routes ask who calls")]
    [InlineData(ForRoute, "of-r-keys", "gateway-ips", "s/rule-0 would be open to everybody")]
    [InlineData(ForRoute, "of-r-keys, cors: { allowOrigins: ['https://a.org'] }", "gateway-keys", "browsers ask before they name a model")]
    [InlineData(ForRoute, "mergeType: StrategicMerge, of-r-keys", "gateway-keys", "cannot be merged with SecurityPolicy default/g")]
    [InlineData(ForRoute, "of-other-keys", "gateway-keys", "two Secrets have a key for the caller bob")]
    [InlineData("group: gateway.networking.k8s.io, kind: HTTPRoute, name: nowhere", "of-r-keys", "gateway-keys", "targets nothing that is here")]
    public void What_one_gateway_cannot_tell_apart_keeps_it_from_running(string target, string policy, string gateway, string reason)
    {
        var text = TwoRoutes() + Secret("few", "bob: the-key-of-bob-0123456789") + Secret("other", "bob: another-key-of-bob-01234")
            + Policy("p", target, policy.Replace("of-r-keys", Keys("few"), StringComparison.Ordinal).Replace("of-other-keys", Keys("other"), StringComparison.Ordinal))
            + gateway switch { "" => "", "gateway-keys" => Policy("g", ForGateway, Keys("few")), _ => Policy("g", ForGateway, "authorization: { rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }") };
        Refusals(text).ShouldContain(refusal => refusal.Contains(reason, StringComparison.Ordinal), string.Join('\n', Refusals(text)));
        Load(text).Config.ShouldBeNull();
    }

    private static string TwoRoutes(string url = "http://10.0.0.1:80") => Gateway
        + Route($"{Rule("for-few", "{ name: b }")}, {Rule("special", "{ name: b }", ", name: special")}")
        + Route(Rule("for-all", "{ name: b }")).Replace("{ name: r }\n", "{ name: s }\n", StringComparison.Ordinal)
        + Backend("b", url);

    private static string Policy(string name, string target, string policy) => Of("SecurityPolicy", name, $"{{ targetRefs: [{{ {target} }}], {policy} }}");

    private static string Keys(string secret) => $"apiKeyAuth: {{ credentialRefs: [{{ name: {secret} }}], extractFrom: [{{ headers: [x-my-key] }}] }}";

    private static string Secret(string name, string pair) => Of("Secret", name, $"stringData: {{ {pair} }}");
}
