using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Limits;

namespace Tollgate.Cloud.Tests.Aws;

/// <summary>The whole gateway with a role's keys: rotation under load, outage, nothing to be found.</summary>
[Collection(nameof(EnvironmentTests))]
public sealed class GatewayTests
{
    private const string Answer = """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";
    private const string Question = """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Requests_are_signed_with_the_keys_of_the_role()
    {
        using var environment = new EnvironmentScope();
        await using var sts = await CloudStandIn.StartAsync(c => Keys(c, 1));
        await using var bedrock = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(bedrock, sts);

        (await gateway.PostAsync("/anthropic/v1/messages", Question)).Status.ShouldBe(200);

        ShouldBeSigned(bedrock.Last).ShouldBe(1);
        bedrock.Last.Headers["x-amz-security-token"].ShouldBe("SESSION1");
    }

    [Fact]
    public async Task Keys_rotate_under_load_and_no_request_fails()
    {
        var rounds = 0;
        using var environment = new EnvironmentScope();
        await using var sts = await CloudStandIn.StartAsync(c => Keys(c, Interlocked.Increment(ref rounds)));
        await using var bedrock = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(bedrock, sts);
        using var stop = new CancellationTokenSource();
        var statuses = new ConcurrentBag<int>();
        var load = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) statuses.Add((await gateway.PostAsync("/anthropic/v1/messages", Question)).Status);
        })).ToArray();

        for (var round = 1; round <= 5; round++)
        {
            await SeenAsync(bedrock, round);
            await _time.WhenArmedAsync(TimeSpan.FromMinutes(54), TimeSpan.FromMinutes(55)); // keys are used before the next renewal waits for its time
            _time.Advance(TimeSpan.FromMinutes(56)); // past the renewal, before the expiry
        }

        await SeenAsync(bedrock, 6);
        await stop.CancelAsync();
        await Task.WhenAll(load);
        statuses.ShouldAllBe(status => status == 200);
        Own(bedrock).Select(ShouldBeSigned).Distinct().Order().ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task While_STS_is_out_the_last_keys_serve_until_they_expire_and_then_the_next_provider_does()
    {
        var isOut = false;
        using var environment = new EnvironmentScope();
        await using var sts = await CloudStandIn.StartAsync(c => isOut ? (503, "text/plain", "") : Keys(c, 1));
        await using var bedrock = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var backup = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await StartAsync(bedrock, sts, backup);
        (await gateway.PostAsync("/anthropic/v1/messages", Question)).Status.ShouldBe(200);

        isOut = true;
        _time.Advance(TimeSpan.FromMinutes(59));
        (await gateway.PostAsync("/anthropic/v1/messages", Question)).Status.ShouldBe(200);
        (Own(bedrock).Count(), backup.Calls.Count).ShouldBe((2, 0));

        _time.Advance(TimeSpan.FromMinutes(2));
        (await gateway.PostAsync("/anthropic/v1/messages", Question)).Status.ShouldBe(200);
        (Own(bedrock).Count(), backup.Calls.Count).ShouldBe((2, 1));
    }

    [Fact]
    public async Task Without_any_credential_the_answer_names_the_provider()
    {
        using var environment = new EnvironmentScope();
        await using var bedrock = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ bedrock: {{ kind: aws-anthropic, region: us-east-1, url: '{bedrock.Url}' }} }}\nmodels: {{ m: bedrock }}\n");

        var (status, body, _) = await gateway.PostAsync("/anthropic/v1/messages", Question);
        status.ShouldBe(502);
        body.ShouldContain("there is no credential to call provider 'bedrock' with: the gateway's log has the reason and the line to write");
        bedrock.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_Bedrock_API_key_goes_as_a_bearer_token()
    {
        await using var bedrock = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ bedrock: {{ kind: aws-anthropic, region: us-east-1, url: '{bedrock.Url}', key: bedrock-api-key-1 }} }}\nmodels: {{ m: bedrock }}\n");

        (await gateway.PostAsync("/anthropic/v1/messages", Question)).Status.ShouldBe(200);
        bedrock.Last.Headers["authorization"].ShouldBe("Bearer bedrock-api-key-1");
        bedrock.Last.Headers.ContainsKey("x-amz-date").ShouldBeFalse();
    }

    private Task<TestGateway> StartAsync(ScriptedProvider bedrock, CloudStandIn sts, ScriptedProvider? backup = null) => TestGateway.StartAsync(
        $$"""
        retry: { attempts: {{(backup is null ? 1 : 2)}} }
        providers:
          bedrock:
            kind: aws-anthropic
            region: us-east-1
            url: {{bedrock.Url}}
            aws: { accessKeyId: AKID, secretAccessKey: s, roleArn: "arn:aws:iam::111122223333:role/r", stsUrl: "{{sts.Url}}" }
            timeouts: { connect: 24h, firstToken: 24h, idle: 24h, total: 24h } # the clock leaps while calls are under way
            health: { enabled: false }
          backup: { kind: anthropic, url: "{{(backup ?? bedrock).Url}}", key: k }
        models: { m: [{ provider: bedrock }, { provider: backup, priority: 1 }] }
        """,
        services => services.AddSingleton<TimeProvider>(_time));

    // The clock of the gateway stands still, and with it what STS says of the expiry.
    private (int, string, string) Keys(IdentityCall call, int round) =>
        StsAnswers.Keys(call, $"ASIA{round}", _time.GetUtcNow().AddHours(1) - DateTimeOffset.UtcNow, $"secret{round}", $"SESSION{round}");

    private static int ShouldBeSigned(ProviderCall call)
    {
        var round = int.Parse(call.Headers["x-amz-security-token"]["SESSION".Length..], System.Globalization.CultureInfo.InvariantCulture);
        AwsSignature.ShouldBeSigned(call.Method, call.Target, call.Headers, call.Body, $"ASIA{round}", $"secret{round}", "us-east-1/bedrock");
        return round;
    }

    /// <summary>Without those of gateways of other test processes, which may still call a port that was somebody else's before.</summary>
    private static IEnumerable<ProviderCall> Own(ScriptedProvider bedrock) => bedrock.Calls.Where(call => call.Target.StartsWith("/model/", StringComparison.Ordinal));

    private static async Task SeenAsync(ScriptedProvider bedrock, int round)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Own(bedrock).Any(call => call.Headers["x-amz-security-token"] == $"SESSION{round}")) await Task.Delay(5, limit.Token);
    }
}
