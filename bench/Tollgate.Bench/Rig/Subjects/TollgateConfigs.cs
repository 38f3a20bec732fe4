using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>The gateway's configurations that are measured, below its addresses.</summary>
internal static class TollgateConfigs
{
    internal const string ClientKey = "tg-bench-0123456789abcdef";

    private static readonly string Models = "models:\n" + string.Concat(AnswerShapes.All.Select(s => $"  {s.Model()}: mock\n"));

    internal static string Bare(Workshop workshop) => Provider(workshop, "openai", "/v1") + Models + "ledger: off\n";

    /// <summary>In front of a provider that speaks another dialect.</summary>
    internal static Func<Workshop, string> To(string kind) => w => Provider(w, kind, kind == "aws-bedrock" ? "" : "/v1") + Models + "ledger: off\n";

    internal static string AllOn(Workshop workshop) => Provider(workshop, "openai", "/v1") + Models + $$"""
        ledger: sqlite
        clients:
          bench: { key: {{ClientKey}} }
        prices: { mock: { "*": { input: 1, output: 2 } } }
        limits:
          requests: { requests: 1000000000, per: minute, by: [client, model] }
          tokens: { tokens: 1000000000000, per: minute, window: sliding, by: client }
          money: { money: 100000000, per: month, by: client }

        """;

    private static string Provider(Workshop workshop, string kind, string path) => FormattableString.Invariant($$"""
        providers:
          mock: { kind: {{kind}}, url: "http://127.0.0.1:{{workshop.MockPort}}{{path}}", key: bench, region: us-east-1 }

        """);
}
