using System.Text;
using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Relay;

/// <summary>Many requests at once share pools, never bytes.</summary>
public sealed class CrowdTests
{
    private const int Requests = 400;
    private const int Clients = 16;

    [Fact]
    public async Task Every_client_has_its_own_answer_whoever_leaves_meanwhile()
    {
        await using var rig = await RelayRig.StartAsync("openai", EchoAsync, model: "served");
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < Requests;)
            {
                if (i % 5 == 3) await LeaveAsync(rig, i);
                else await AskAsync(rig, i);
            }
        }));
        var lines = await LinesAsync(rig, Requests * 4 / 5);
        lines.Where(l => l.TryGetProperty("error", out _)).ShouldAllBe(l => l.GetProperty("error").GetString() == "client_left");
    }

    /// <summary>The log with so many good requests at least; whoever stays has the answer before its line is written.</summary>
    private static async Task<IReadOnlyList<JsonElement>> LinesAsync(RelayRig rig, int good)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var lines = await rig.Gateway.LogLinesAsync();
            if (lines.Count(l => l.GetProperty("status").GetInt32() == 200) >= good) return lines;
            await Task.Delay(10, limit.Token);
        }
    }

    private static async Task AskAsync(RelayRig rig, int i)
    {
        var stream = i % 2 == 0;
        var answer = await rig.SendAsync("/v1/chat/completions", Body(i, "asked", stream));
        var echoed = Body(i, "served", stream);
        if (!stream)
        {
            answer.Text.ShouldBe(echoed);
            return;
        }

        answer.Text.ShouldBe(Frames(echoed));
    }

    private static async Task LeaveAsync(RelayRig rig, int i)
    {
        using var leave = new CancellationTokenSource();
        var pending = rig.OpenAsync("/v1/chat/completions", Body(i, "asked", stream: true), leave.Token);
        for (var turn = 0; turn < i % 50; turn++) await Task.Yield(); // somewhere between sending and the answer
        await leave.CancelAsync();
        try
        {
            (await pending).Dispose();
        }
        catch (OperationCanceledException)
        {
            // Left before the answer.
        }
    }

    private static Task EchoAsync(ProviderCall call) => call.Text.Contains("\"stream\":true", StringComparison.Ordinal)
        ? call.StreamAsync(Encoding.UTF8.GetBytes(Frames(call.Text)), 7000)
        : call.AnswerAsync(200, call.Text);

    private static string Frames(string body) => $"data: {{\"choices\":[{{\"delta\":{body},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n";

    private static string Body(int i, string model, bool stream) =>
        $"{{\"id\":{i},\"filler\":\"{string.Concat(Enumerable.Repeat($"<{i}>", i * 37 % 9000))}\",\"model\":\"{model}\",\"stream\":{(stream ? "true,\"stream_options\":{\"include_usage\":true}" : "false")}}}";
}
