using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>One path of each API, and a gateway that serves all of them from one scripted provider.</summary>
internal static class Surfaces
{
    public const string Key = "sk-provider-0123456789";

    public static readonly string[] Paths = [ErrorShape.OpenAI, ErrorShape.Anthropic, ErrorShape.AnthropicBare, ErrorShape.Cohere];

    public static TheoryData<string> All => [.. Paths];

    /// <summary>Models: <c>o</c> speaks OpenAI's API, <c>a</c> Anthropic's, <c>c</c> Cohere's.</summary>
    public static Task<TestGateway> StartAsync(string url, string more = "", string models = "", ILoggerProvider? log = null) => TestGateway.StartAsync($$"""
        providers:
          openai-like: { kind: openai, url: {{url}}/v1, key: {{Key}} }
          claude: { kind: anthropic, url: {{url}}/v1, key: {{Key}} }
          ranker: { kind: cohere, url: {{url}}, key: {{Key}} }
        models:
          o: openai-like
          a: claude
          c: ranker
        {{models}}
        {{more}}
        """,
        services =>
        {
            if (log is not null) services.AddLogging(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddProvider(log)); // as the command sets it up
        });

    public static string ModelOf(string path) => path switch
    {
        ErrorShape.Cohere => "c",
        ErrorShape.OpenAI => "o",
        _ => "a",
    };
}
