using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Upstreams;

namespace Tollgate.Tests.Authentication;

/// <summary>What the logs hold, and what they never hold.</summary>
public sealed class LogSecrecyTests
{
    private const string Sent = "{\"model\":\"o\",\"messages\":[{\"content\":\"my \\\"diary\\\"\"}]}";
    private const string Answer = "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"dear reader\"}}]}";

    [Theory]
    [InlineData("accessLog: { bodies: true }", true)]
    [InlineData("accessLog: { bodies: false }", false)]
    [InlineData("", false)]
    public async Task Bodies_are_logged_only_when_asked_for(string setting, bool kept)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await Surfaces.StartAsync(provider.Url, setting);
        await gateway.PostAsync(ErrorShape.OpenAI, Sent);
        var line = await gateway.LogLineAsync();
        line.TryGetProperty("request_body", out var request).ShouldBe(kept);
        line.TryGetProperty("response_body", out var response).ShouldBe(kept);
        if (kept) (request.GetString(), response.GetString()).ShouldBe((Sent, Answer));
        else line.GetRawText().ShouldNotContain("diary");
    }

    [Fact]
    public async Task A_streamed_answer_is_kept_as_the_client_saw_it()
    {
        const string Stream = "data: {\"choices\":[{\"delta\":{\"content\":\"dear\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        await using var provider = new ScriptedProvider(call => call.StreamAsync(Encoding.UTF8.GetBytes(Stream), 7));
        await using var gateway = await TestGateway.StartAsync(
            $"providers: {{ p: {{ kind: openai, url: '{provider.Url}/v1', key: k }} }}\nmodels: {{ o: p }}\naccessLog: {{ bodies: true }}\n", services => services.AddSingleton<TimeProvider>(new PatientTime()));
        await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\",\"stream\":true}");
        (await gateway.LogLineAsync()).GetProperty("response_body").GetString().ShouldBe(Stream);
    }

    [Fact]
    public async Task An_access_log_that_is_switched_off_stays_empty()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Answer));
        await using var gateway = await Surfaces.StartAsync(provider.Url, "accessLog: { enabled: false }");
        await gateway.PostAsync(ErrorShape.OpenAI, Sent);
        await gateway.UntilToldAsync("gen_ai_server_request_duration_seconds_count{"); // where its line would have been written by now
        (await gateway.LogLinesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task No_line_ever_holds_a_secret()
    {
        // Bodies are off: keys of clients and providers could come in by headers, queries, paths and error messages.
        await using var provider = new ScriptedProvider(call => call.Target.Contains("files", StringComparison.Ordinal) ? call.AnswerAsync(401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-prov*****6789\"}}") : Broken(call));
        var log = new ListLoggerProvider();
        await using var gateway = await Surfaces.StartAsync(provider.Url, "clients: { alice: { key: HUSH-client-0123456789 } }", log: log);
        var key = ("authorization", "Bearer HUSH-client-0123456789");
        await gateway.PostAsync(ErrorShape.OpenAI + "?key=HUSH-query", Sent, key);
        await gateway.PostAsync(ErrorShape.OpenAI, Sent, ("x-api-key", "HUSH-wrong-0123456789"));
        await gateway.PostAsync("/v1/files?api_key=HUSH-query", "{}", key, ("cookie", "a=HUSH-cookie"));
        await gateway.PostAsync(ErrorShape.Anthropic, "{\"model\":\"a\",\"stream\":true}", key);
        await gateway.LogLineAsync(4);
        var lines = string.Join('\n', (await gateway.LogLinesAsync()).Select(l => l.GetRawText()));
        foreach (var text in (string[])[lines, string.Join('\n', log.Lines)])
        {
            text.ShouldNotContain("HUSH");
            text.ShouldNotContain(Surfaces.Key);
            text.ShouldNotContain("diary");
        }

        log.Lines.ShouldContain(l => l.Contains("provider openai-like failed", StringComparison.Ordinal));
    }

    private static Task Broken(ProviderCall call)
    {
        call.Reset();
        return Task.CompletedTask;
    }
}
