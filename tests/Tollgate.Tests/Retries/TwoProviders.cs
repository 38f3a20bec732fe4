using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Retries;

/// <summary>A model <c>m</c> that <c>one</c> serves and, when it fails, <c>two</c>; and what they say in OpenAI's dialect.</summary>
internal static class TwoProviders
{
    public const string Chat = "/v1/chat/completions";
    public const string Plain = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";
    public const string Streamed = """{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""";
    public const string Role = "data: {\"id\":\"a\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
    public const string Heartbeat = ": still here\n\n";
    public const string Finish = "data: {\"id\":\"a\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    public const string Done = "data: [DONE]\n\n";

    public static string Text(string text) => $"data: {{\"id\":\"a\",\"model\":\"m-1\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n";

    public static string Whole(string text) => Role + Text(text) + Finish + Done;

    public static string Error(string message, string type = "server_error", string? code = null) =>
        $"{{\"error\":{{\"message\":\"{message}\",\"type\":\"{type}\",\"param\":null,\"code\":{(code is null ? "null" : $"\"{code}\"")}}}}}";

    public static string Answer(string text) => $$$"""{"id":"a","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""";

    public static ScriptedProvider Streaming(params string[] events) => new(async call =>
    {
        await call.BeginAsync(200, "text/event-stream", ("x-of", "this one"));
        foreach (var each in events) await call.ChunkAsync(each);
        await call.EndAsync();
    });

    public static Task<TestGateway> StartAsync(ScriptedProvider one, ScriptedProvider two, string ofOne = "", string models = "m: [one, { provider: two, priority: 1 }]", string rest = "retry: { attempts: 3 }", TimeProvider? time = null) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{one.Url}}/v1, key: k{{ofOne}} }
          two: { kind: openai, url: {{two.Url}}/v1, key: k }
        models:
          {{models}}
        {{rest}}
        """, services =>
    {
        if (time is not null) services.AddSingleton(time);
    });
}
