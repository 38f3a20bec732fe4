using Tollgate.Configuration;
using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Rate limits and quotas of manifests, as limits of the gateway.</summary>
public sealed class LimitTests
{
    private const string Costs = ", llmRequestCosts: [{ metadataKey: total, type: TotalToken }, { metadataKey: input, type: InputToken }, { metadataKey: own, type: CEL, cel: 'output_tokens * 3u' }]";
    private const string Answer = """{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":20,"total_tokens":50}}""";

    private static readonly (string, string)[] Ports = [("TOLLGATE_LISTEN", "127.0.0.1:0"), ("TOLLGATE_ADMIN", "127.0.0.1:0")];

    [Theory]
    [InlineData("{ limit: { requests: 5, unit: Second } }", "Requests 5 Second [] models= headers=")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, clientSelectors: [{ headers: [{ name: x-tenant, type: Distinct }] }] }", "Requests 5 Hour [Header x-tenant] models= headers=")]
    [InlineData("{ limit: { requests: 5, unit: Day }, clientSelectors: [{ headers: [{ name: x-ai-eg-model, type: Distinct }, { name: x-a, value: b, invert: true }] }] }", "Requests 5 Day [Model ] models= headers=x-a:b:False:True")]
    [InlineData("{ limit: { requests: 5, unit: Minute }, clientSelectors: [{ headers: [{ name: x-ai-eg-model, value: m }, { name: x-a, type: RegularExpression, value: 'b+' }] }] }", "Requests 5 Minute [] models=m headers=x-a:b+:True:False")]
    [InlineData("{ limit: { requests: 5, unit: Month }, clientSelectors: [{ sourceCIDR: { type: Distinct, value: 0.0.0.0/0 } }] }", "Requests 5 Month [Ip ] models= headers=")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, cost: { request: { from: Number, number: 0 }, response: { from: Metadata, metadata: { namespace: io.envoy.ai_gateway, key: total } } } }", "Tokens 5 Hour [] models= headers=")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, cost: { request: { from: Number, number: 0 }, response: { from: Metadata, metadata: { namespace: io.envoy.ai_gateway, key: input } } } }", "InputTokens 5 Hour [] models= headers=")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, cost: { request: { from: Number, number: 0 }, response: { from: Metadata, metadata: { namespace: io.envoy.ai_gateway, key: own } } } }", "Cost own 5 Hour [] models= headers=")]
    public void A_rate_limit_is_a_limit(string rule, string limit)
    {
        var config = Config(Set(Rule("m", "{ name: b }"), Costs) + Policy(rule));
        Show(config.Limits.ShouldHaveSingleItem()).ShouldBe(limit);
    }

    [Theory]
    [InlineData("{ limit: { requests: 0, unit: Hour } }", "a limit of 0 would refuse every request")]
    [InlineData("{ limit: { requests: 5, unit: Year } }", "a limit is over a month at most")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, clientSelectors: [{ path: { value: /v1 } }] }", "told apart by headers and addresses, not by path")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, clientSelectors: [{ sourceCIDR: { value: 10.0.0.0/8 } }] }", "a limit counts every address by itself")]
    [InlineData("{ limit: { requests: 5, unit: Hour }, cost: { request: { from: Number, number: 7 } } }", "a limit counts requests (cost left out), or what they cost")]
    public void A_rate_limit_that_cannot_be_kept_is_refused_and_never_left_out(string rule, string reason)
    {
        var text = Set(Rule("m", "{ name: b }"), Costs) + Policy(rule);
        Refusals(text).ShouldContain(refusal => refusal.Contains(reason, StringComparison.Ordinal));
        Load(text).Config.ShouldBeNull();
    }

    [Fact]
    public void A_limit_by_a_cost_that_is_not_worked_out_is_a_mistake() => Errors(Set(Rule("m", "{ name: b }"), Costs)
        + Policy("{ limit: { requests: 5, unit: Hour }, cost: { request: { from: Number, number: 0 }, response: { from: Metadata, metadata: { namespace: io.envoy.ai_gateway, key: other } } } }"))
        .ShouldContain(error => error.Contains("no cost io.envoy.ai_gateway:other is worked out", StringComparison.Ordinal));

    [Theory]
    [InlineData("", "m n")]
    [InlineData(", shared: true", "")]
    public void Each_rule_counts_by_itself_unless_the_limit_is_shared(string more, string models)
    {
        var config = Config(Set($"{Rule("m", "{ name: b }")}, {Rule("n", "{ name: b }")}") + Policy($"{{ limit: {{ requests: 5, unit: Hour }}{more} }}"));
        string.Join(' ', config.Limits.SelectMany(limit => limit.Match?.Models ?? [])).ShouldBe(models);
        config.Limits.Length.ShouldBe(models.Length == 0 ? 1 : 2);
    }

    [Fact]
    public void The_nearest_policy_alone_counts_unless_it_is_merged()
    {
        var gateway = Policy("{ limit: { requests: 5, unit: Hour } }");
        var route = Of("BackendTrafficPolicy", "near", "{ targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }], retry: { numRetries: 1 } }");
        Config(Set(Rule("m", "{ name: b }")) + gateway + route).Limits.ShouldBeEmpty();
        Config(Set(Rule("m", "{ name: b }")) + gateway + route.Replace("retry:", "mergeType: StrategicMerge, retry:", StringComparison.Ordinal)).Limits.Length.ShouldBe(1);
    }

    [Fact]
    public void A_quota_is_a_pool_of_buckets_of_a_backend()
    {
        var config = Config(Set(Rule("m", "{ name: b, modelNameOverride: m-1 }")) + Of("QuotaPolicy", "q",
            "{ targetRefs: [{ group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: b }], perModelQuotas: [{ modelName: m-1, quota: { costExpression: 'input_tokens + output_tokens', defaultBucket: { limit: 10, duration: 1m }, bucketRules: [{ clientSelectors: [{ headers: [{ name: x-t, value: a }] }], quota: { limit: 20, duration: 1d }, shadowMode: true }] } }] }"));
        config.Limits.Select(Show).ShouldBe(["Cost quota_q_m_1 20 Day [] models=m-1 headers=x-t:a:False:False", "Cost quota_q_m_1 10 Minute [] models=m-1 headers="]);
        config.Limits.ShouldAllBe(limit => limit.Pool == "q/m-1" && limit.Match!.Providers.Single() == "b");
        config.Limits.Select(limit => limit.Shadow).ShouldBe([true, false]);
        config.Costs.ShouldHaveSingleItem().Expression.ShouldBe("input_tokens + output_tokens");
    }

    /// <summary>The route falls over by priority and limits tokens of a tenant; converted, it does the same.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tenants_are_limited_and_priorities_fallen_over_to_before_and_after_conversion(bool isConverted)
    {
        await using var broken = new ScriptedProvider(call => call.AnswerAsync(500, """{"error":{"message":"no"}}"""));
        await using var good = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        var text = Gateway + Route(Rule("m", "{ name: broken }, { name: good, priority: 1, modelNameOverride: m-1 }"), Costs) + Backend("broken", broken.Url) + Backend("good", good.Url)
            + Of("BackendTrafficPolicy", "p", """
                { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }], retry: { numRetries: 3, numAttemptsPerPriority: 1 },
                rateLimit: { type: Global, global: { rules: [{ clientSelectors: [{ headers: [{ name: x-tenant-id, type: Distinct }] }], limit: { requests: 80, unit: Hour },
                cost: { request: { from: Number, number: 0 }, response: { from: Metadata, metadata: { namespace: io.envoy.ai_gateway, key: total } } } }] } } }
                """.ReplaceLineEndings(" "));
        var context = Context(Ports);
        var config = isConverted ? ConfigLoader.Parse(Converted(text), "t.yaml", context).Config.ShouldNotBeNull() : Config(text, Ports);
        await using var gateway = await TestGateway.StartAsync(config);

        (await Ask(gateway, "one")).ShouldBe(200);
        (await Ask(gateway, "one")).ShouldBe(429);
        (await Ask(gateway, "two")).ShouldBe(200);
        good.Calls.Count.ShouldBe(2);
        broken.Calls.ShouldNotBeEmpty();
    }

    private static string Converted(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return ConvertTests.Convert([path], new ConfigContext(_ => null, Tollgate.Catalog.Catalogue.Default).WithManifests());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<int> Ask(TestGateway gateway, string tenant) =>
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","max_tokens":20,"messages":[]}""", ("x-tenant-id", tenant))).Status;

    private static string Set(string rules, string more = "") => Gateway + Route(rules, more) + Backend("b", "http://10.0.0.1:80");

    private static string Policy(string rule) =>
        Of("BackendTrafficPolicy", "p", $"{{ targetRefs: [{{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }}], rateLimit: {{ type: Global, global: {{ rules: [{rule}] }} }} }}");

    private static string Show(LimitConfig limit) =>
        $"{limit.Unit} {(limit.Cost is null ? "" : limit.Cost + " ")}{limit.Limit:0} {limit.Per} [{string.Join(", ", limit.By.Select(key => $"{key.Subject} {key.Name}"))}] models={string.Join(',', limit.Match?.Models ?? [])} "
        + $"headers={string.Join(',', (limit.Match?.Headers ?? []).Select(header => $"{header.Name}:{header.Value}:{header.IsPattern}:{header.Invert}"))}";
}
