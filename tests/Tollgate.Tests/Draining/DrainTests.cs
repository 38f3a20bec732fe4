using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Draining;

/// <summary>How the process ends, with a clock that the test moves.</summary>
public sealed class DrainTests
{
    private const string Path = "/v1/chat/completions";
    private const string Chunk = "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    private const string Rest = "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5), Max = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Requests_are_accepted_until_the_delay_is_over_and_streams_end_by_themselves()
    {
        var time = new ManualTime();
        var finish = new TaskCompletionSource();
        await using var provider = Streaming(finish.Task);
        await using var gateway = await StartAsync(provider, time);
        using var running = await OpenAsync(gateway);
        var ended = Stop(gateway);
        await time.WhenArmedAsync(Delay);
        using (var ready = await gateway.Admin.GetAsync("/readyz")) ((int)ready.StatusCode).ShouldBe(503);
        var (status, _, response) = await gateway.PostAsync(Path, """{"model":"nobody"}""");
        status.ShouldBe(404);
        response.Headers.ConnectionClose.ShouldBe(true);
        time.Advance(Delay);
        await time.WhenArmedAsync(Max);
        await ClosedPort.UntilRefusedAsync(gateway.Host.Addresses[0]);
        ended.IsCompleted.ShouldBeFalse();
        finish.SetResult();
        (await running.Content.ReadAsStringAsync()).ShouldBe(Chunk + Rest);
        await ended.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_runs_for_too_long_ends_with_an_error_in_the_clients_words()
    {
        var time = new ManualTime();
        await using var provider = Streaming(new TaskCompletionSource().Task);
        await using var gateway = await StartAsync(provider, time);
        using var stream = await OpenAsync(gateway);
        var plain = gateway.PostAsync(Path, """{"model":"m"}""");
        while (provider.Calls.Count < 2) await Task.Delay(5);
        var ended = Stop(gateway);
        await time.WhenArmedAsync(Delay);
        time.Advance(Delay);
        await time.WhenArmedAsync(Max);
        time.Advance(Max);
        var body = await stream.Content.ReadAsStringAsync();
        body.ShouldStartWith(Chunk + "data: {\"error\":{");
        body.ShouldContain("\"shutting_down\"");
        body.ShouldNotContain("[DONE]");
        var (status, text, _) = await plain;
        status.ShouldBe(503);
        text.ShouldContain("drain.max");
        await ended.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Nobody_waits_when_it_must_be_quick()
    {
        await using var provider = Streaming(new TaskCompletionSource().Task);
        await using var gateway = await StartAsync(provider, new ManualTime());
        using var stream = await OpenAsync(gateway);
        using var hurry = new CancellationTokenSource();
        var ended = gateway.Host.WaitForShutdownAsync(hurry.Token);
        gateway.Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await hurry.CancelAsync();
        await ended.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static Task Stop(TestGateway gateway)
    {
        var ended = gateway.Host.WaitForShutdownAsync();
        gateway.Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return ended;
    }

    private static ScriptedProvider Streaming(Task finish) => new(async call =>
    {
        if (call.Text.Contains("stream", StringComparison.Ordinal))
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Chunk);
        }

        await finish.WaitAsync(call.Left);
        await call.ChunkAsync(Rest);
        await call.EndAsync();
    });

    private static Task<TestGateway> StartAsync(ScriptedProvider provider, ManualTime time) => TestGateway.StartAsync(
        $"providers: {{ p: {{ kind: openai, url: {provider.Url}/v1, timeouts: {{ firstToken: 10m, idle: 10m }} }} }}\nmodels: {{ m: p }}\ndrain: {{ delay: 5s, max: 40s }}\nkeepAlive: 0s\n",
        services => services.AddSingleton<TimeProvider>(time));

    private static async Task<HttpResponseMessage> OpenAsync(TestGateway gateway)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent("""{"model":"m","stream":true}""", null, "application/json") };
        return await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }
}
