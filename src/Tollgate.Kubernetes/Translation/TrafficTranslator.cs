using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Fields;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Attempts, waiting and picking of a rule, from the rule itself and the policy that counts for it.</summary>
internal sealed class TrafficTranslator(PolicyLookup policies, Resource route, string? ruleName, YamlMap rule)
{
    // What the original does where nothing is written.
    private static readonly TimeSpan DefaultRequest = TimeSpan.FromSeconds(60);
    private const int DefaultRetries = 2;

    /// <summary>One attempt where no policy says more, and no attempt begins after the time of the request.</summary>
    public YamlMap Retry()
    {
        var retry = policies.Of(route, ruleName, "retry") as YamlMap;
        var place = retry?.Place ?? rule.Place;
        return Tree.Map(place,
        [
            ("attempts", Tree.Number(place, retry is null ? 1 : (retry.Number("numRetries") ?? DefaultRetries) + 1)),
            ("again", retry?.Text("numAttemptsPerPriority") == "1" ? Tree.Plain(place, "false") : null),
            ("deadline", Duration(place, Request())),
        ]);
    }

    public YamlMap Timeouts()
    {
        var total = Backend() ?? Request();
        var idle = GatewayDuration.Parse(rule.Text("streamIdleTimeout")) ?? Policy("timeout", "http", "streamIdleTimeout");
        if (idle == TimeSpan.Zero) idle = null;
        return Tree.Map(rule.Place,
        [
            ("connect", Policy("timeout", "tcp", "connectTimeout") is { } connect ? Duration(rule.Place, connect) : null),
            ("firstToken", Duration(rule.Place, idle ?? total)),
            ("idle", Duration(rule.Place, idle ?? total)),
            ("total", Duration(rule.Place, total)),
        ]);
    }

    /// <summary>Null where weights decide, as they do between the backends of a rule.</summary>
    public YamlNode? Balance(Findings findings)
    {
        if (policies.Of(route, ruleName, "loadBalancer") is not YamlMap balancer || balancer.Text("type") != "ConsistentHash") return null;

        var hash = balancer.Map("consistentHash")!;
        var header = hash.Map("header") ?? hash.Maps("headers").FirstOrDefault();
        if (header?.Scalar("name") is { } name) return Tree.Map(hash.Place, ("hash", Tree.Map(hash.Place, ("header", name))));

        findings.Refuse(hash.Place, "requests are kept together by a header only: write type: Header and header: { name: NAME }");
        return null;
    }

    private TimeSpan Request() => GatewayDuration.Parse(rule.TextAt("timeouts", "request")) ?? Policy("timeout", "http", "requestTimeout") ?? DefaultRequest;

    private TimeSpan? Backend() => Policy("retry", "perRetry", "timeout") ?? GatewayDuration.Parse(rule.TextAt("timeouts", "backendRequest"));

    private TimeSpan? Policy(params string[] path) => GatewayDuration.Parse((policies.Of(route, ruleName, path) as YamlScalar)?.Text);

    private static YamlScalar Duration(SourcePlace place, TimeSpan time) =>
        Tree.Plain(place, DurationText.Write(time == TimeSpan.Zero || time > GatewayDuration.Forever ? GatewayDuration.Forever : time));
}
