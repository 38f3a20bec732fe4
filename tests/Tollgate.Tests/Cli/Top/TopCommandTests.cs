using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Cli.Top;

public sealed class TopCommandTests
{
    private static readonly (string, string) Key = ("authorization", "Bearer 0123456789abcdef");

    [Fact]
    public async Task It_shows_what_a_running_gateway_does()
    {
        await using var broken = new ScriptedProvider(c => c.AnswerAsync(500, """{"error":{"message":"no","type":"server_error"}}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers: { sim: { kind: simulator }, bad: { kind: openai, url: "{{broken.Url}}/v1", key: k } }
            models: { "it[is]": sim, worse: [bad, { provider: sim, priority: 1 }] }
            prices: { sim: { "it[is]": { input: 1, output: 2 } } }
            retry: { attempts: 2 }
            health: { failures: 1, rest: 1h, maxRest: 1h }
            clients: { app: { key: 0123456789abcdef } }
            limits: { "hour[ly]": { requests: 100000, per: hour }, budget: { money: 1000, per: month, by: client } }
            """);

        // Between its admin port and the command, so that the requests are made between two readings however long that takes.
        Task? asked = null;
        await using var door = new ScriptedProvider(async call =>
        {
            if (asked is not null) await asked;
            await call.AnswerAsync(200, "text/plain", await gateway.Admin.GetByteArrayAsync(call.Target));
            if (call.Target == "/limits") asked ??= AskAsync(gateway); // the last thing that a reading asks for
        });
        await using var run = CommandRun.Start(Path.GetTempPath(), null, "top", "--once", "--interval", "1", "--admin", door.Url);
        (await run.EndAsync()).ShouldBe(0, run.Errors);
        run.Output.ShouldContain("configuration 1 ");
        Line(run, "it[is]")[1].ShouldNotBe("0"); // requests a second
        Line(run, "it[is]")[^1].ShouldNotBe("0"); // output tokens a second
        Line(run, "sim")[^1].ShouldBe("2/2");
        Line(run, "hour[ly]")[1..4].ShouldBe(["all", "requests", "hour"]);
        Line(run, "hour[ly]")[5].ShouldBe("100k");
        Line(run, "budget")[1..4].ShouldBe(["app", "money", "month"]);
        Line(run, "budget")[5].ShouldBe("$1000.00");
        run.Output.ShouldContain("left alone");
        Line(run, "bad", skip: 1)[2].ShouldBe("out");
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_said_to_be_missing()
    {
        await using var run = CommandRun.Start(Path.GetTempPath(), null, "top", "--admin", "127.0.0.1:1");
        (await run.EndAsync()).ShouldBe(1);
        run.Errors.ShouldStartWith("no gateway answers at 127.0.0.1:1: ");
        run.Errors.ShouldContain("--admin");
    }

    /// <summary>Some requests, until they are in the metrics.</summary>
    private static async Task AskAsync(TestGateway gateway)
    {
        for (var i = 0; i < 10; i++)
        {
            await gateway.PostAsync("/v1/chat/completions", """{"model":"it[is]","stream":true,"messages":[{"role":"user","content":"count to 20"}]}""", Key);
            await gateway.PostAsync("/v1/chat/completions", """{"model":"worse","messages":[{"role":"user","content":"hi"}]}""", Key);
        }

        await gateway.UntilAtRestAsync();
    }

    private static string[] Line(CommandRun run, string name, int skip = 0) =>
        run.Output.Split('\n').Where(l => l.TrimStart().StartsWith(name + " ", StringComparison.Ordinal)).Skip(skip).First().Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
