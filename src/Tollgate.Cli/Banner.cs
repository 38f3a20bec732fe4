using Tollgate.Hosting;

namespace Tollgate.Cli;

/// <summary>What <c>tollgate run</c> says when it is ready.</summary>
internal static class Banner
{
    internal static void Print(TextWriter output, GatewayHost host)
    {
        var config = host.Config;
        var simulated = config.Providers.All(p => p.Kind == "simulator");
        output.WriteLine(simulated && host.IsDiscovered
            ? "Found no tollgate.yaml and no provider's key, so the built-in simulator answers: every model name works, no key, no network, no cost.\nFor real answers set a key (OPENAI_API_KEY, ANTHROPIC_API_KEY, …) or write tollgate.yaml: see docs/config.md."
            : $"Providers from {config.Source}: {string.Join(", ", config.Providers.Take(12).Select(p => p.Name))}");
        foreach (var address in host.Addresses) output.WriteLine($"Listening on {address.GetLeftPart(UriPartial.Authority)}");
        output.WriteLine($"Metrics, health and configuration on {host.AdminAddress.GetLeftPart(UriPartial.Authority)}");
        if (simulated) Example(output, host.Addresses[0]);
        output.Flush();
    }

    private static void Example(TextWriter output, Uri address) => output.WriteLine(
        $$"""

        Try it:
          curl {{address.GetLeftPart(UriPartial.Authority)}}/v1/chat/completions -H 'content-type: application/json' \
            -d '{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hello!"}]}'

        """);
}
