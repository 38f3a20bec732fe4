using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Telemetry.Tracing;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry.Tracing;

/// <summary>Spans of attempts, attribute by attribute, as the public conventions name them.</summary>
public sealed class SpanConventionTests
{
    private const string ChatAnswer = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}}""";

    [Fact]
    public async Task A_chat_completion_as_gen_ai()
    {
        var span = await RunAsync("openai", "/v1/chat/completions", ChatAnswer,
            """{"model":"m","temperature":0.5,"top_p":1,"max_completion_tokens":64,"frequency_penalty":-0.5,"presence_penalty":0.25,"seed":7,"n":2,"stop":["END","STOP"],"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"the secret plan"}]}""");
        (span.DisplayName, span.Kind, span.Status).ShouldBe(("chat served", ActivityKind.Client, ActivityStatusCode.Unset));
        SpanRecorder.Describe(span).ShouldBe(
            """
            gen_ai.operation.name: chat
            gen_ai.output.type: json
            gen_ai.provider.name: openai
            gen_ai.request.choice.count: 2
            gen_ai.request.frequency_penalty: -0.5
            gen_ai.request.max_tokens: 64
            gen_ai.request.model: served
            gen_ai.request.presence_penalty: 0.25
            gen_ai.request.seed: 7
            gen_ai.request.stop_sequences: [END, STOP]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_p: 1
            gen_ai.response.finish_reasons: [stop]
            gen_ai.response.id: chatcmpl-1
            gen_ai.response.model: m-1
            gen_ai.usage.cache_read.input_tokens: 4
            gen_ai.usage.input_tokens: 11
            gen_ai.usage.output_tokens: 7
            gen_ai.usage.reasoning.output_tokens: 3
            http.response.status_code: 200
            server.address: 127.0.0.1
            server.port: *
            tollgate.attempt: 1
            tollgate.outcome: answered
            tollgate.provider: p
            tollgate.translated: false
            """);
    }

    [Fact]
    public async Task A_stream_of_messages_as_gen_ai()
    {
        byte[] stream =
        [
            .. "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c-1\",\"content\":[],\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\":3,\"cache_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"u8,
            .. "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"u8,
            .. "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"ok\"}}\n\n"u8,
            .. "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"u8,
            .. "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":8}}\n\n"u8,
            .. "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8,
        ];
        var span = await RunAsync("anthropic", "/v1/messages", c => c.StreamAsync(stream, 64), """{"model":"m","max_tokens":10,"top_k":5,"stop_sequences":["x"],"stream":true,"messages":[]}""");
        span.DisplayName.ShouldBe("chat served");
        SpanRecorder.Describe(span).ShouldBe(
            """
            gen_ai.operation.name: chat
            gen_ai.provider.name: anthropic
            gen_ai.request.max_tokens: 10
            gen_ai.request.model: served
            gen_ai.request.stop_sequences: [x]
            gen_ai.request.stream: true
            gen_ai.request.top_k: 5
            gen_ai.response.finish_reasons: [end_turn]
            gen_ai.response.id: msg_1
            gen_ai.response.model: c-1
            gen_ai.response.time_to_first_chunk: *
            gen_ai.usage.cache_creation.input_tokens: 3
            gen_ai.usage.cache_read.input_tokens: 2
            gen_ai.usage.input_tokens: 15
            gen_ai.usage.output_tokens: 8
            http.response.status_code: 200
            server.address: 127.0.0.1
            server.port: *
            tollgate.attempt: 1
            tollgate.outcome: answered
            tollgate.provider: p
            tollgate.translated: false
            """);
    }

    [Fact]
    public async Task A_translated_chat_completion_as_gen_ai()
    {
        var span = await RunAsync("anthropic", "/v1/chat/completions",
            """{"id":"msg_1","type":"message","role":"assistant","model":"c-1","content":[{"type":"text","text":"ok"}],"stop_reason":"max_tokens","usage":{"input_tokens":3,"output_tokens":1}}""",
            """{"model":"m","messages":[{"role":"user","content":"hi"}]}""");
        SpanRecorder.Describe(span).ShouldBe(
            """
            gen_ai.operation.name: chat
            gen_ai.provider.name: anthropic
            gen_ai.request.model: served
            gen_ai.response.finish_reasons: [max_tokens]
            gen_ai.response.id: msg_1
            gen_ai.response.model: c-1
            gen_ai.usage.input_tokens: 3
            gen_ai.usage.output_tokens: 1
            http.response.status_code: 200
            server.address: 127.0.0.1
            server.port: *
            tollgate.attempt: 1
            tollgate.outcome: answered
            tollgate.provider: p
            tollgate.translated: true
            """);
    }

    [Fact]
    public async Task Embeddings_as_gen_ai()
    {
        var span = await RunAsync("openai", "/v1/embeddings", """{"object":"list","data":[{"embedding":[0.1]}],"model":"e-1","usage":{"prompt_tokens":8,"total_tokens":8}}""",
            """{"model":"m","input":"x","dimensions":256,"encoding_format":"base64"}""");
        span.DisplayName.ShouldBe("embeddings served");
        SpanRecorder.Describe(span).ShouldBe(
            """
            gen_ai.embeddings.dimension.count: 256
            gen_ai.operation.name: embeddings
            gen_ai.provider.name: openai
            gen_ai.request.encoding_formats: [base64]
            gen_ai.request.model: served
            gen_ai.response.model: e-1
            gen_ai.usage.input_tokens: 8
            http.response.status_code: 200
            server.address: 127.0.0.1
            server.port: *
            tollgate.attempt: 1
            tollgate.outcome: answered
            tollgate.provider: p
            tollgate.translated: false
            """);
    }

    [Fact]
    public async Task A_chat_completion_as_openinference()
    {
        var span = await RunAsync("openai", "/v1/chat/completions", ChatAnswer, """{"model":"m","temperature":0.5,"tools":[],"user":"who","messages":[{"role":"user","content":"the secret plan"}]}""",
            new TracingOptions { Convention = TracingConvention.OpenInference });
        SpanRecorder.Describe(span).ShouldBe(
            """
            http.response.status_code: 200
            input.value: __REDACTED__
            llm.finish_reason: stop
            llm.invocation_parameters: {"model":"m","temperature":0.5}
            llm.model_name: served
            llm.provider: openai
            llm.request.model_name: served
            llm.response.model_name: m-1
            llm.system: openai
            llm.token_count.completion: 7
            llm.token_count.completion_details.reasoning: 3
            llm.token_count.prompt: 11
            llm.token_count.prompt_details.cache_read: 4
            llm.token_count.total: 18
            openinference.span.kind: LLM
            output.value: __REDACTED__
            server.address: 127.0.0.1
            server.port: *
            tollgate.attempt: 1
            tollgate.outcome: answered
            tollgate.provider: p
            tollgate.translated: false
            """);
        span.Parent.ShouldBeNull();
    }

    [Theory]
    [InlineData("azure-openai", "azure.ai.openai")]
    [InlineData("gcp-anthropic", "gcp.vertex_ai")]
    [InlineData("aws-anthropic", "aws.bedrock")]
    [InlineData("mistral", "mistral_ai")]
    public async Task A_provider_has_the_name_that_the_conventions_give_it(string kind, string name)
    {
        var span = kind.Contains("anthropic", StringComparison.Ordinal)
            ? await RunAsync(kind, "/v1/messages", """{"id":"msg","model":"c","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""", """{"model":"m","max_tokens":5,"messages":[]}""")
            : await RunAsync(kind, "/v1/chat/completions", ChatAnswer, """{"model":"m","messages":[]}""");
        span.GetTagItem("gen_ai.provider.name").ShouldBe(name);
    }

    [Theory]
    [InlineData("""{"model":"m","temperature":"hot","n":"x","stop":[1,{"a":[2]}],"stop_sequences":{"a":1},"response_format":5,"seed":1.5,"messages":[]}""")]
    [InlineData("""{"model":"m","stop":["\ud800",null,["x"]],"messages":[]}""")]
    public async Task Parameters_of_the_wrong_type_are_left_to_the_provider(string body)
    {
        var span = await RunAsync("openai", "/v1/chat/completions", ChatAnswer, body);
        span.GetTagItem("gen_ai.request.temperature").ShouldBeNull();
        span.GetTagItem("gen_ai.usage.input_tokens").ShouldBe(11L);
    }

    internal static Task<Activity> RunAsync(string kind, string path, string answer, string body, TracingOptions? options = null) =>
        RunAsync(kind, path, c => c.AnswerAsync(200, answer), body, options);

    internal static async Task<Activity> RunAsync(string kind, string path, Func<ProviderCall, Task> script, string body, TracingOptions? options = null)
    {
        using var spans = new SpanRecorder();
        await using var provider = new ScriptedProvider(script);
        await using var gateway = await TestGateway.StartAsync(
            $"providers: {{ p: {{ kind: {kind}, url: \"{provider.Url}{(kind is "azure-openai" or "gcp-anthropic" or "aws-anthropic" ? "" : "/v1")}\", {Credential(kind)} }} }}\nmodels: {{ m: [{{ provider: p, model: served }}] }}\n",
            services =>
            {
                if (options is not null) services.AddSingleton(options);
            });
        (await gateway.PostAsync(path, body, spans.Parent)).Status.ShouldBe(200);
        return await spans.AttemptAsync();
    }

    private static string Credential(string kind) => kind switch
    {
        "gcp-anthropic" => "project: pr, location: us-east5, token: t",
        "aws-anthropic" => "region: us-east-1, aws: { accessKeyId: A, secretAccessKey: S }",
        "azure-openai" => "key: k, apiVersion: 2024-10-21",
        _ => "key: k",
    };
}
