using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Telemetry.Tracing;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry.Tracing;

/// <summary>The gateway draws which traces are recorded: those that are not have a context, and nothing else is made for them.</summary>
public sealed class RootSamplerTests
{
    private const string Path = "/v1/chat/completions";
    private const string Body = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";
    private const string Answer = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""";
    private const string Unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.01, 80, 120)]
    [InlineData(0.5, 4900, 5100)]
    [InlineData(1, 10_000, 10_000)]
    public void Of_many_traces_the_share_is_recorded(double share, int least, int most)
    {
        var sampler = new RootSampler(share, new Random(7).NextDouble);
        Enumerable.Range(0, 10_000).Count(_ => sampler.Draw(out var _) is null).ShouldBeInRange(least, most);
    }

    [Fact]
    public void What_is_recorded_depends_on_the_id_alone_as_OpenTelemetry_draws()
    {
        var sampler = new RootSampler(0.25, new Random(8).NextDouble);
        for (var i = 0; i < 1000; i++)
        {
            var unrecorded = sampler.Draw(out var recorded);
            var id = unrecorded is null ? recorded.TraceId.ToHexString() : unrecorded.Substring(3, 32);
            var number = long.Parse(id.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            (unrecorded is null).ShouldBe(Math.Abs((double)number) < 0.25 * long.MaxValue);
        }
    }

    [Fact]
    public void What_is_not_recorded_has_a_context_of_its_own_that_says_so()
    {
        var sampler = new RootSampler(0, new Random(9).NextDouble);
        var contexts = Enumerable.Range(0, 1000).Select(_ => sampler.Draw(out var _)!).ToArray();
        contexts.Select(c => c.Substring(3, 32)).ShouldBeUnique();
        foreach (var text in contexts)
        {
            ActivityContext.TryParse(text, null, out var context).ShouldBeTrue(text);
            context.TraceFlags.ShouldBe(ActivityTraceFlags.None);
        }
    }

    [Fact]
    public async Task A_trace_that_is_not_drawn_goes_on_at_the_provider_and_in_the_log_and_has_no_span()
    {
        using var spans = Listen(out var begun);
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, share: 0);
        await gateway.PostAsync(Path, Body, ("traceparent", "garbage"), ("tracestate", "a=1"));
        ActivityContext.TryParse(provider.Last.Headers["traceparent"], null, out var context).ShouldBeTrue();
        context.TraceFlags.ShouldBe(ActivityTraceFlags.None);
        provider.Last.Headers.ShouldNotContainKey("tracestate");
        (await gateway.LogLineAsync()).GetProperty("trace_id").GetString().ShouldBe(context.TraceId.ToHexString());
        begun.ShouldNotContain(s => s.TraceId == context.TraceId);
    }

    [Fact]
    public async Task A_callers_trace_that_is_not_recorded_passes_unchanged()
    {
        using var spans = Listen(out var begun);
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, share: 1);
        await gateway.PostAsync(Path, Body, ("traceparent", Unsampled), ("tracestate", "a=1"));
        provider.Last.Headers["traceparent"].ShouldBe(Unsampled);
        provider.Last.Headers["tracestate"].ShouldBe("a=1");
        (await gateway.LogLineAsync()).GetProperty("trace_id").GetString().ShouldBe(Unsampled.Substring(3, 32));
        begun.ShouldNotContain(s => s.TraceId.ToHexString() == Unsampled.Substring(3, 32));
    }

    [Fact]
    public async Task A_trace_that_is_drawn_begins_with_the_request()
    {
        using var spans = Listen(out var begun);
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(provider, share: 1);
        await gateway.PostAsync(Path, Body);
        var id = (await gateway.LogLineAsync()).GetProperty("trace_id").GetString();
        var span = begun.Where(s => s.TraceId.ToHexString() == id && s.Kind == ActivityKind.Server).ShouldHaveSingleItem();
        span.ParentSpanId.ShouldBe(default);
        span.Recorded.ShouldBeTrue();
        provider.Last.Headers["traceparent"].ShouldStartWith($"00-{id}-");
        provider.Last.Headers["traceparent"].ShouldEndWith("-01");
    }

    /// <summary>Records what the gateway has drawn, and of other tests nothing.</summary>
    private static ActivityListener Listen(out System.Collections.Concurrent.ConcurrentQueue<Activity> begun)
    {
        var spans = begun = [];
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Tollgate",
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => o.Parent.TraceFlags == ActivityTraceFlags.Recorded && o.Parent.SpanId == default ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static Task<TestGateway> StartAsync(ScriptedProvider provider, double share) => TestGateway.StartAsync(
        $"providers: {{ one: {{ kind: openai, url: \"{provider.Url}/v1\", key: k }} }}\nmodels: {{ m: one }}\n",
        services => services.AddSingleton(new RootSampler(share, new Random(5).NextDouble)));
}
