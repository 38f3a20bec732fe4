using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Translation;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Retries;

/// <summary>A second attempt beside one that lets itself be waited for, with a clock that the test moves.</summary>
public sealed class HedgeTests
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_second_answers_for_a_silent_first_which_is_given_up(bool stream)
    {
        var left = new TaskCompletionSource();
        await using var one = new ScriptedProvider(async call =>
        {
            await call.ClosedAsync();
            left.SetResult();
        });
        await using var two = Answering("from two");
        await using var gateway = await HedgedAsync(one, two);
        var answer = gateway.PostAsync(Chat, stream ? Streamed : Plain);
        await HedgeAsync(one);
        var (status, body, response) = await answer;
        status.ShouldBe(200, body);
        body.ShouldBe(stream ? Whole("from two") : Answer("from two"));
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["two"]);
        response.Headers.GetValues("x-tollgate-attempts").ShouldBe(["2"]);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));

        var line = await gateway.LogLineAsync();
        (line.GetProperty("provider").GetString(), line.GetProperty("attempts").GetInt32(), line.GetProperty("status").GetInt32()).ShouldBe(("two", 2, 200));
        var failed = line.GetProperty("failed_attempts").EnumerateArray().ShouldHaveSingleItem();
        (failed.GetProperty("provider").GetString(), failed.GetProperty("error").GetString()).ShouldBe(("one", "outrun"));
        line.TryGetProperty("error", out _).ShouldBeFalse();
        await ShouldBeAtRestAsync(gateway);
    }

    [Fact]
    public async Task The_first_answers_when_it_comes_to_speak_first_and_the_second_is_given_up()
    {
        var (go, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var one = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Role); // no content: it does not answer yet
            await go.Task;
            await call.ChunkAsync(Text("from one") + Finish + Done);
            await call.EndAsync();
        });
        await using var two = new ScriptedProvider(async call =>
        {
            go.SetResult();
            await call.ClosedAsync();
            left.SetResult();
        });
        await using var gateway = await HedgedAsync(one, two);
        var answer = gateway.PostAsync(Chat, Streamed);
        await HedgeAsync(one);
        var (status, body, response) = await answer;
        (status, body).ShouldBe((200, Whole("from one")));
        response.Headers.GetValues("x-tollgate-attempts").ShouldBe(["2"]);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
        (await gateway.LogLineAsync()).GetProperty("failed_attempts")[0].GetProperty("provider").GetString().ShouldBe("two");
        await ShouldBeAtRestAsync(gateway);
    }

    [Fact]
    public async Task Who_answers_in_time_is_alone()
    {
        await using var one = Answering("from one");
        await using var two = Answering("from two");
        await using var gateway = await HedgedAsync(one, two);
        (await gateway.PostAsync(Chat, Streamed)).Body.ShouldBe(Whole("from one"));
        (await gateway.PostAsync(Chat, Plain)).Body.ShouldBe(Answer("from one"));
        two.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_first_that_fails_meanwhile_leaves_the_answer_to_the_second()
    {
        var (fail, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var one = new ScriptedProvider(async call =>
        {
            await fail.Task;
            await call.AnswerAsync(500, Error("no"));
        });
        await using var two = new ScriptedProvider(async call =>
        {
            fail.SetResult();
            await go.Task;
            await call.AnswerAsync(200, Answer("from two"));
        });
        await using var gateway = await HedgedAsync(one, two);
        var answer = gateway.PostAsync(Chat, Plain);
        await HedgeAsync(one);
        while (!(await gateway.Admin.GetStringAsync("/backends", TestContext.Current.CancellationToken)).Contains("last_error", StringComparison.Ordinal)) await Task.Delay(2, TestContext.Current.CancellationToken);
        go.SetResult(); // not before the failure was heard
        (await answer).Body.ShouldBe(Answer("from two"));
        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 1));
        (await gateway.LogLineAsync()).GetProperty("failed_attempts")[0].GetProperty("status").GetInt32().ShouldBe(500);
    }

    [Theory]
    [InlineData(2, 503)]
    [InlineData(3, 200)]
    public async Task When_both_fail_others_are_asked_as_far_as_attempts_are_left(int attempts, int expected)
    {
        var both = new CountdownEvent(2);
        var calls = 0;
        async Task FailAsync(ProviderCall call)
        {
            if (Interlocked.Increment(ref calls) > 2)
            {
                await call.AnswerAsync(200, Answer("at last"));
                return;
            }

            both.Signal();
            await Task.Run(both.Wait);
            await call.AnswerAsync(503, Error("no"));
        }

        await using var one = new ScriptedProvider(FailAsync);
        await using var two = new ScriptedProvider(FailAsync);
        await using var gateway = await HedgedAsync(one, two, $"retry: {{ attempts: {attempts} }}");
        var answer = gateway.PostAsync(Chat, Plain);
        await HedgeAsync(one);
        if (expected == 200)
        {
            var pause = _time.WhenArmedAsync(TimeSpan.FromMilliseconds(100)); // before the same one is asked again
            await pause;
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        var (status, body, _) = await answer;
        status.ShouldBe(expected, body);
        (one.Calls.Count + two.Calls.Count).ShouldBe(attempts);
        (await gateway.LogLineAsync()).GetProperty("attempts").GetInt32().ShouldBe(attempts);
        await ShouldBeAtRestAsync(gateway);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("aws-bedrock")]
    public async Task Each_of_the_two_is_asked_in_its_own_words(string kind)
    {
        var cell = Cell.Of(kind);
        await using var one = new ScriptedProvider(call => call.ClosedAsync());
        await using var two = new ScriptedProvider(call => call.StreamAsync(ProviderWords.Stream(cell), 50, ProviderWords.ContentType(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              one: { kind: openai, url: {{one.Url}}/v1, key: k }
              two: {{cell.Configuration(two.Url)}}
            models:
              m: { backends: [one, { provider: two, model: '{{cell.Model}}', priority: 1 }], hedge: { after: 2s } }
            retry: { attempts: 2 }
            """, services => services.AddSingleton<TimeProvider>(_time));
        var answer = gateway.PostAsync(Cell.OpenAI, Cell.Ask(Cell.OpenAI, stream: true));
        await HedgeAsync(one);
        var (status, body, _) = await answer;
        status.ShouldBe(200, body);
        var read = ClientAnswer.Read(Cell.OpenAI, body, stream: true);
        read.Text.ShouldBe(ProviderWords.Text);
        var line = await gateway.LogLineAsync();
        line.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(7);
        line.GetProperty("model_served").GetString().ShouldBe(cell.Model);
    }

    private Task<TestGateway> HedgedAsync(ScriptedProvider one, ScriptedProvider two, string rest = "retry: { attempts: 3 }") => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{one.Url}}/v1, key: k }
          two: { kind: openai, url: {{two.Url}}/v1, key: k }
        models:
          m: { backends: [one, { provider: two, priority: 1 }], hedge: { after: 2s } }
        {{rest}}
        """, services => services.AddSingleton<TimeProvider>(_time).AddSingleton<Chance>(new Routing.FixedChance { Value = 0.5 }));

    private async Task HedgeAsync(ScriptedProvider first)
    {
        while (first.Calls.IsEmpty) await Task.Delay(5, TestContext.Current.CancellationToken); // one that has not been called yet would be called off without a trace
        await _time.WhenArmedAsync(After);
        _time.Advance(After);
    }

    private static ScriptedProvider Answering(string text) => new(async call =>
    {
        if (call.Text.Contains("\"stream\":true", StringComparison.Ordinal)) await call.StreamAsync(System.Text.Encoding.UTF8.GetBytes(Whole(text)), 40);
        else await call.AnswerAsync(200, Answer(text));
    });

    /// <summary>Nothing counts as under way any more, and nobody is left alone for having been given up.</summary>
    private static async Task ShouldBeAtRestAsync(TestGateway gateway)
    {
        using var page = JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends"));
        foreach (var backend in page.RootElement.GetProperty("backends").EnumerateArray())
        {
            (backend.GetProperty("in_flight").GetInt32(), backend.GetProperty("ejections").GetInt32()).ShouldBe((0, 0));
        }
    }
}
