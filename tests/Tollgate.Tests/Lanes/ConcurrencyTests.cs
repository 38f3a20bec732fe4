using System.Text;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Lanes;

/// <summary>Requests share pooled state one after the other, and never see each other's.</summary>
public sealed class ConcurrencyTests
{
    private const int Count = 400;

    [Fact]
    public async Task Each_of_many_requests_gets_its_own_answer()
    {
        // The provider sends back the body that it got: the client's, with its model replaced.
        await using var provider = new ScriptedProvider(call => call.Text.Contains("\"stream\":true", StringComparison.Ordinal)
            ? call.StreamAsync(Encoding.UTF8.GetBytes($"data: {call.Text}\n\ndata: [DONE]\n\n"), 900)
            : call.AnswerAsync(200, call.Text));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { p: { kind: openai, url: {{provider.Url}}/v1, key: k } }
            models: { "asked-*": [{ provider: p, model: served }], plain: p }
            """);
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => await AskAsync(gateway, i));

        await gateway.LogLineAsync(Count);
        var lines = await gateway.LogLinesAsync();
        lines.Select(l => l.GetProperty("request_id").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(Count);
        lines.Count(l => l.GetProperty("status").GetInt32() == 404).ShouldBe(Count / 4);
        lines.Count(l => l.TryGetProperty("model_served", out var served) && served.GetString() == "served").ShouldBe(Count / 2);
    }

    private static async Task AskAsync(TestGateway gateway, int i)
    {
        var padding = new string((char)('a' + (i % 26)), i * 97 % 9000);
        var (model, stream) = (i % 4) switch
        {
            0 => ($"asked-{i}", "false"),
            1 => ($"unknown-{i}", "false"),
            2 => ($"asked-{i}", "true"),
            _ => ("plain", "false"),
        };
        string Body(string name) => $"{{\"n\":{i},\"model\":\"{name}\",\"stream\":{stream},\"stream_options\":{{\"include_usage\":true}},\"x\":\"{padding}\"}}";
        var (status, body, response) = await gateway.PostAsync(ErrorShape.OpenAI, Body(model));
        if (i % 4 == 1)
        {
            status.ShouldBe(404);
            ErrorShape.Read(ErrorShape.OpenAI, body, response).Message.ShouldContain($"'unknown-{i}'");
            return;
        }

        var answer = Body(i % 4 == 3 ? "plain" : "served");
        body.ShouldBe(i % 4 == 2 ? $"data: {answer}\n\ndata: [DONE]\n\n" : answer);
    }
}
