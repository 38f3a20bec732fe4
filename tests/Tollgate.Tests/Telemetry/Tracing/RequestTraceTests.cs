using System.Diagnostics;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry.Tracing;

/// <summary>One span for the request, one for each attempt below it.</summary>
public sealed class RequestTraceTests
{
    private const string Path = "/v1/chat/completions";
    private const string Body = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";
    private const string Answer = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""";
    private const string Error = """{"error":{"message":"no","type":"server_error","param":null,"code":null}}""";

    [Fact]
    public async Task The_span_of_a_request_follows_the_conventions_for_http_servers()
    {
        using var spans = new SpanRecorder();
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, extra: "clients: { team-a: { key: 0123456789abcdef } }");
        var (status, _, response) = await gateway.PostAsync(Path + "?api-version=secret", Body, spans.Parent, ("authorization", "Bearer 0123456789abcdef"), ("user-agent", "test/1"));
        status.ShouldBe(200);
        var span = await spans.RequestAsync();
        (span.DisplayName, span.Kind, span.Status).ShouldBe(("POST /v1/chat/completions", ActivityKind.Server, ActivityStatusCode.Unset));
        span.ParentSpanId.ToHexString().ShouldBe("b7ad6b7169203331");
        span.HasRemoteParent.ShouldBeTrue();
        SpanRecorder.Describe(span).ShouldBe(
            """
            http.request.method: POST
            http.response.status_code: 200
            http.route: /v1/chat/completions
            network.protocol.version: 1.1
            server.address: 127.0.0.1
            server.port: *
            tollgate.attempts: 1
            tollgate.client: team-a
            tollgate.model.asked: m
            tollgate.model.served: served
            tollgate.operation: chat
            tollgate.provider: one
            tollgate.request.id: *
            tollgate.route: m
            tollgate.stream: false
            url.path: /v1/chat/completions
            url.scheme: http
            user_agent.original: test/1
            """);
        span.GetTagItem("tollgate.request.id").ShouldBe(response.Headers.GetValues("x-tollgate-request-id").Single());
    }

    [Fact]
    public async Task Each_attempt_is_a_child_and_what_was_used_is_on_the_one_that_used_it()
    {
        using var spans = new SpanRecorder();
        await using var first = new ScriptedProvider(c => c.AnswerAsync(429, Error));
        await using var second = new ScriptedProvider(c => c.StreamAsync(Stream(), 50));
        await using var gateway = await StartAsync(first, second);
        var (status, _, _) = await gateway.PostAsync(Path, """{"model":"m","stream":true,"messages":[]}""", spans.Parent);
        status.ShouldBe(200);

        var request = await spans.RequestAsync();
        var attempts = await spans.AttemptsAsync();
        attempts.Select(a => a.ParentSpanId).ShouldAllBe(id => id == request.SpanId);
        attempts.Select(a => a.GetTagItem("tollgate.provider")).ShouldBe(["one", "two"]);
        attempts.Select(a => a.GetTagItem("tollgate.attempt")).ShouldBe([1, 2]);
        attempts.Select(a => a.Status).ShouldBe([ActivityStatusCode.Error, ActivityStatusCode.Unset]);
        attempts.Select(a => a.GetTagItem("error.type")).ShouldBe(["429", null]);
        attempts.Select(a => a.GetTagItem("http.response.status_code")).ShouldBe([429, 200]);
        attempts.Select(a => a.GetTagItem("tollgate.outcome")).ShouldBe(["failed", "answered"]);
        request.GetTagItem("tollgate.attempts").ShouldBe(2);
        request.Status.ShouldBe(ActivityStatusCode.Unset);

        var line = await gateway.LogLineAsync();
        line.GetProperty("trace_id").GetString().ShouldBe(spans.TraceId);
        attempts[0].GetTagItem("gen_ai.usage.input_tokens").ShouldBeNull();
        attempts[1].GetTagItem("gen_ai.usage.input_tokens").ShouldBe(line.GetProperty("usage").GetProperty("input_tokens").GetInt64());
        attempts[1].GetTagItem("gen_ai.usage.output_tokens").ShouldBe(line.GetProperty("usage").GetProperty("output_tokens").GetInt64());
        ((double)attempts[1].GetTagItem("gen_ai.response.time_to_first_chunk")!).ShouldBeLessThanOrEqualTo(line.GetProperty("ttft_ms").GetDouble() / 1000);
        request.TagObjects.ShouldNotContain(t => t.Key.StartsWith("gen_ai.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_spans_of_a_request_have_nothing_of_those_before_it()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(c.Text.Contains("fail", StringComparison.Ordinal) ? 500 : 200, c.Text.Contains("fail", StringComparison.Ordinal) ? Error : Answer));
        await using var gateway = await StartAsync(provider);
        using (var spans = new SpanRecorder())
        {
            (await gateway.PostAsync(Path, """{"model":"m","messages":[{"role":"user","content":"fail"}]}""", spans.Parent)).Status.ShouldBe(500);
            (await spans.AttemptAsync()).GetTagItem("error.type").ShouldBe("500");
        }

        using (var spans = new SpanRecorder())
        {
            (await gateway.PostAsync(Path, Body, spans.Parent)).Status.ShouldBe(200);
            var (request, attempt) = (await spans.RequestAsync(), await spans.AttemptAsync());
            attempt.ParentSpanId.ShouldBe(request.SpanId);
            foreach (var span in (Activity[])[request, attempt])
            {
                span.Status.ShouldBe(ActivityStatusCode.Unset);
                span.TagObjects.Select(t => t.Key).ShouldNotContain("error.type");
                span.TagObjects.Select(t => t.Key).ShouldBeUnique();
            }
        }
    }

    [Fact]
    public async Task Providers_are_told_of_the_attempt_that_calls_them()
    {
        using var spans = new SpanRecorder();
        await using var first = new ScriptedProvider(c => c.AnswerAsync(503, Error));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(first, second);
        await gateway.PostAsync(Path, Body, spans.Parent, ("tracestate", "vendor=abc"));
        var attempts = await spans.AttemptsAsync();
        var told = first.Calls.Concat(second.Calls).ToArray();
        told.Select(c => c.Headers["traceparent"]).ShouldBe(attempts.Select(a => $"00-{spans.TraceId}-{a.SpanId}-01"));
        told.ShouldAllBe(c => c.Headers["tracestate"] == "vendor=abc");
    }

    [Fact]
    public async Task Without_a_listener_the_callers_context_passes_unchanged()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        const string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        await gateway.PostAsync(Path, Body, ("traceparent", parent), ("tracestate", "a=1,b=2"));
        provider.Last.Headers["traceparent"].ShouldBe(parent);
        provider.Last.Headers["tracestate"].ShouldBe("a=1,b=2");
        (await gateway.LogLineAsync()).TryGetProperty("trace_id", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_without_a_context_begins_a_trace()
    {
        var started = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Tollgate",
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => o.Name.Contains("/begins-a-trace/", StringComparison.Ordinal) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = a =>
            {
                if (a.DisplayName.Contains("/begins-a-trace/", StringComparison.Ordinal)) started.TrySetResult(a);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, extra: "prefixes: { openai: /begins-a-trace }");
        await gateway.PostAsync("/begins-a-trace/chat/completions", Body, ("traceparent", "garbage"));
        var span = await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        span.ParentSpanId.ShouldBe(default);
        provider.Last.Headers["traceparent"].ShouldBe($"00-{span.TraceId}-{span.SpanId}-01");
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_fails_its_attempt_and_the_request()
    {
        using var spans = new SpanRecorder();
        var gone = new ScriptedProvider(_ => Task.CompletedTask);
        await gone.DisposeAsync();
        await using var gateway = await StartAsync(gone);
        (await gateway.PostAsync(Path, Body, spans.Parent)).Status.ShouldBe(502);
        var attempt = await spans.AttemptAsync();
        attempt.GetTagItem("error.type").ShouldBe("provider_unreachable");
        attempt.Status.ShouldBe(ActivityStatusCode.Error);
        attempt.StatusDescription!.ShouldContain("'one'");
        attempt.GetTagItem("http.response.status_code").ShouldBeNull();
        var request = await spans.RequestAsync();
        request.GetTagItem("error.type").ShouldBe("provider_unreachable");
        request.Status.ShouldBe(ActivityStatusCode.Error);
    }

    [Fact]
    public async Task A_refusal_is_no_error_of_the_server()
    {
        using var spans = new SpanRecorder();
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider);
        (await gateway.PostAsync(Path, """{"model":"other"}""", spans.Parent)).Status.ShouldBe(404);
        var request = await spans.RequestAsync();
        request.Status.ShouldBe(ActivityStatusCode.Unset);
        request.GetTagItem("error.type").ShouldBeNull();
        request.GetTagItem("tollgate.error").ShouldBe("model_not_found");
        (await spans.AttemptsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_that_breaks_fails_the_request_although_its_status_was_200()
    {
        using var spans = new SpanRecorder();
        await using var provider = new ScriptedProvider(async c =>
        {
            await c.BeginAsync(200, "text/event-stream");
            await c.ChunkAsync("data: {\"id\":\"c\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"o\"}}]}\n\n");
            c.Reset();
        });
        await using var gateway = await StartAsync(provider);
        await gateway.PostAsync(Path, """{"model":"m","stream":true,"messages":[]}""", spans.Parent);
        (await spans.AttemptAsync()).GetTagItem("error.type").ShouldBe("stream_interrupted");
        var request = await spans.RequestAsync();
        request.GetTagItem("http.response.status_code").ShouldBe(200);
        request.GetTagItem("error.type").ShouldBe("stream_interrupted");
        request.Status.ShouldBe(ActivityStatusCode.Error);
    }

    [Fact]
    public async Task Parameters_that_were_dropped_are_named()
    {
        using var spans = new SpanRecorder();
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, """{"id":"msg_1","type":"message","role":"assistant","model":"c-1","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":1}}"""));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: anthropic, url: \"{provider.Url}/v1\", key: k }} }}\nmodels: {{ m: one }}\n");
        var (status, _, response) = await gateway.PostAsync(Path, """{"model":"m","presence_penalty":0.5,"messages":[{"role":"user","content":"hi"}]}""", spans.Parent);
        status.ShouldBe(200);
        var dropped = response.Headers.GetValues("x-tollgate-dropped").Single();
        dropped.ShouldContain("presence_penalty");
        (await spans.RequestAsync()).GetTagItem("tollgate.dropped").ShouldBe(dropped);
        var attempt = await spans.AttemptAsync();
        attempt.GetTagItem("tollgate.dropped").ShouldBe(dropped);
        attempt.GetTagItem("tollgate.translated").ShouldBe(true);
    }

    internal static byte[] Stream() =>
    [
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"u8,
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ok\"},\"finish_reason\":null}]}\n\n"u8,
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"u8,
        .. "data: {\"id\":\"chatcmpl-1\",\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":13,\"completion_tokens\":5,\"total_tokens\":18}}\n\n"u8,
        .. "data: [DONE]\n\n"u8,
    ];

    private static Task<TestGateway> StartAsync(ScriptedProvider only, string extra = "") => TestGateway.StartAsync(
        $"providers: {{ one: {{ kind: openai, url: \"{only.Url}/v1\", key: k }} }}\nmodels: {{ m: [{{ provider: one, model: served }}] }}\n{extra}\n");

    private static Task<TestGateway> StartAsync(ScriptedProvider first, ScriptedProvider second) => TestGateway.StartAsync(
        $$"""
        providers:
          one: { kind: openai, url: "{{first.Url}}/v1", key: k }
          two: { kind: openai, url: "{{second.Url}}/v1", key: k }
        models: { m: [{ provider: one }, { provider: two, priority: 1 }] }
        retry: { attempts: 2 }
        """);
}
