using System.Globalization;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translators;

/// <summary>One request of a client, several to its provider.</summary>
public sealed class ExchangeTests
{
    private const string Path = "/v1/embeddings";
    private const string Titan = "amazon.titan-embed-text-v2:0";

    [Fact]
    public async Task Answers_come_in_the_order_of_the_inputs_with_their_usage_summed_and_each_call_is_signed()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Embedding(c)));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan);
        var (status, body, response) = await gateway.PostAsync(Path, Ask(20), ("x-team", "red"));
        status.ShouldBe(200, body);
        OperationRig.Json(body).GetProperty("data").EnumerateArray().Select(d => d.GetProperty("embedding")[0].GetInt32()).ShouldBe(Enumerable.Range(0, 20));
        provider.Calls.Count.ShouldBe(20);
        foreach (var call in provider.Calls)
        {
            call.Target.ShouldBe("/model/amazon.titan-embed-text-v2%3A0/invoke");
            call.Headers["x-team"].ShouldBe("red");
            call.ShouldBeSigned("SECRETEXAMPLE");
        }

        response.Header("x-tollgate-provider").ShouldBe("p");
        var line = await gateway.LogLineAsync();
        line.GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(20);
        line.GetProperty("attempts").GetInt32().ShouldBe(1);
        line.GetProperty("provider").GetString().ShouldBe("p");
    }

    [Fact]
    public async Task No_more_than_eight_calls_run_side_by_side()
    {
        var (now, most) = (0, 0);
        var eight = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async c =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            if (running == 8) eight.TrySetResult();
            await eight.Task.WaitAsync(c.Left); // the first eight wait for each other, so they do run side by side
            Interlocked.Decrement(ref now);
            await c.AnswerAsync(200, Embedding(c));
        });
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan);
        (await gateway.PostAsync(Path, Ask(40))).Status.ShouldBe(200);
        most.ShouldBe(8);
    }

    [Fact]
    public async Task One_failure_is_the_answer_to_all_and_ends_the_calls_that_still_run()
    {
        var others = 0;
        var seven = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async c =>
        {
            if (c.Text.Contains("\"t3\"", StringComparison.Ordinal))
            {
                await seven.Task.WaitAsync(c.Left);
                await c.AnswerAsync(400, """{"message":"Too long."}""", ("x-amzn-errortype", "ValidationException"));
                return;
            }

            if (Interlocked.Increment(ref others) == 7) seven.SetResult();
            await c.ClosedAsync(); // never answers: only the failure of the other ends this
        });
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan);
        var (status, body, _) = await gateway.PostAsync(Path, Ask(30));
        status.ShouldBe(400);
        var error = OperationRig.Json(body).GetProperty("error");
        error.GetProperty("message").GetString().ShouldBe("Too long.");
        provider.Calls.Count.ShouldBe(8);
        (await gateway.LogLineAsync()).GetProperty("provider_status").GetInt32().ShouldBe(400);
    }

    [Fact]
    public async Task A_failure_is_read_to_its_end_although_the_other_calls_are_given_up()
    {
        var others = 0;
        var seven = new TaskCompletionSource();
        var padding = new string('x', 200_000); // so that it does not come together with its head
        await using var provider = new ScriptedProvider(async c =>
        {
            if (c.Text.Contains("\"t3\"", StringComparison.Ordinal))
            {
                await seven.Task.WaitAsync(c.Left);
                await c.AnswerAsync(400, $$"""{"padding":"{{padding}}","message":"Too long."}""", ("x-amzn-errortype", "ValidationException"));
                return;
            }

            if (Interlocked.Increment(ref others) == 7) seven.SetResult();
            await c.ClosedAsync();
        });
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan);
        var (status, body, _) = await gateway.PostAsync(Path, Ask(30));
        status.ShouldBe(400);
        OperationRig.Json(body).GetProperty("error").GetProperty("message").GetString().ShouldBe("Too long.");
    }

    [Fact]
    public async Task A_passing_fault_of_one_call_is_mended_by_another_attempt_at_all()
    {
        var failures = 0;
        await using var provider = new ScriptedProvider(c => c.Text.Contains("\"t1\"", StringComparison.Ordinal) && Interlocked.Increment(ref failures) == 1
            ? c.AnswerAsync(503, """{"message":"Busy."}""")
            : c.AnswerAsync(200, Embedding(c)));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan, top: "retry: { attempts: 3 }\n");
        var (status, body, response) = await gateway.PostAsync(Path, Ask(3));
        status.ShouldBe(200, body);
        OperationRig.Json(body).GetProperty("data").GetArrayLength().ShouldBe(3);
        response.Header("x-tollgate-attempts").ShouldBe("2");
    }

    [Fact]
    public async Task One_time_limit_holds_for_all_calls_together()
    {
        await using var provider = new ScriptedProvider(c => c.Text.Contains("\"t1\"", StringComparison.Ordinal) ? c.ClosedAsync() : c.AnswerAsync(200, Embedding(c)));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan, more: ", timeouts: { total: 300ms }");
        var (status, body, _) = await gateway.PostAsync(Path, Ask(3));
        status.ShouldBe(504);
        body.ShouldContain("(timeouts.total)");
    }

    [Theory]
    [InlineData("<html>no</html>")]
    [InlineData("{}")]
    public async Task An_answer_that_cannot_be_read_is_told_as_the_providers_fault(string answer)
    {
        await using var provider = new ScriptedProvider(c => c.Text.Contains("\"t1\"", StringComparison.Ordinal) ? c.AnswerAsync(200, answer) : c.AnswerAsync(200, Embedding(c)));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan);
        var (status, body, _) = await gateway.PostAsync(Path, Ask(3));
        status.ShouldBe(502);
        body.ShouldContain("provider_invalid_response");
    }

    [Fact]
    public async Task A_broken_connection_of_one_call_is_told()
    {
        await using var provider = new ScriptedProvider(async c =>
        {
            if (c.Text.Contains("\"t1\"", StringComparison.Ordinal)) c.Reset();
            else await c.AnswerAsync(200, Embedding(c));
        });
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan);
        (await gateway.PostAsync(Path, Ask(3))).Status.ShouldBe(502);
    }

    [Fact]
    public async Task What_the_operator_sets_and_removes_is_set_and_removed_in_every_call()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Embedding(c)));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", Titan, more: ", body: { set: { normalize: true }, remove: [dimensions] }");
        (await gateway.PostAsync(Path, """{"model":"m","input":["t0","t1"],"dimensions":256}""")).Status.ShouldBe(200);
        provider.Calls.Select(c => c.Text).Order(StringComparer.Ordinal).ShouldBe(["""{"normalize":true,"inputText":"t0"}""", """{"normalize":true,"inputText":"t1"}"""]);
    }

    [Fact]
    public async Task What_cannot_be_said_there_goes_to_the_next_backend_or_is_told()
    {
        await using var titan = new ScriptedProvider(c => c.AnswerAsync(200, Embedding(c)));
        await using var openai = new ScriptedProvider(c => c.AnswerAsync(200, """{"object":"list","data":[],"model":"x","usage":{"prompt_tokens":1,"total_tokens":1}}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              t: { kind: aws-bedrock, url: '{{titan.Url}}', region: us-east-1, token: t }
              o: { kind: openai, url: '{{openai.Url}}/v1', key: k }
            models:
              m: [{ provider: t, model: '{{Titan}}' }, { provider: o, model: x, priority: 1 }]
              alone: [{ provider: t, model: '{{Titan}}' }]
            """);
        const string Body = """{"model":"m","input":[1,2,3]}""";
        (await gateway.PostAsync(Path, Body)).Status.ShouldBe(200);
        openai.Last.Text.ShouldBe("""{"model":"x","input":[1,2,3]}""");

        var (status, body, _) = await gateway.PostAsync(Path, Body.Replace("\"m\"", "\"alone\"", StringComparison.Ordinal));
        status.ShouldBe(400);
        body.ShouldContain("provider 't' cannot be asked for input of tokens");
        titan.Calls.ShouldBeEmpty();
    }

    private static string Ask(int count) =>
        $$"""{"model":"m","input":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"t{i.ToString(CultureInfo.InvariantCulture)}\""))}}]}""";

    /// <summary>The number of the text as its embedding.</summary>
    private static string Embedding(ProviderCall call)
    {
        var number = OperationRig.Json(call.Text).GetProperty("inputText").GetString()![1..];
        return $$"""{"embedding":[{{number}}],"inputTextTokenCount":1}""";
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
