using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>A model's own limits over its provider's, and the limits of connecting and of headers.</summary>
public sealed class ModelTimeoutTests
{
    private const string Plain = """{"model":"quick"}""";
    private const string Streamed = """{"model":"quick","stream":true}""";

    [Theory]
    [InlineData("headers: 2s", Plain, 2, "sent no response headers within 2 s (timeouts.headers)")]
    [InlineData("headers: 2s", Streamed, 2, "sent no response headers within 2 s (timeouts.headers)")]
    [InlineData("firstToken: 3s", Streamed, 3, "sent no first token within 3 s (timeouts.firstToken)")]
    [InlineData("total: 4s", Plain, 4, "did not finish within 4 s (timeouts.total)")]
    public async Task A_model_has_limits_of_its_own(string limit, string body, int seconds, string message)
    {
        var time = new ManualTime();
        await using var provider = new ScriptedProvider(call => call.ClosedAsync());
        await using var gateway = await StartAsync(provider.Url, limit, time);
        var answer = gateway.PostAsync("/v1/chat/completions", body);
        await time.WhenArmedAsync(TimeSpan.FromSeconds(seconds));
        time.Advance(TimeSpan.FromSeconds(seconds));
        var (status, text, _) = await answer;
        status.ShouldBe(504);
        text.ShouldContain(message);
    }

    [Fact]
    public async Task What_the_model_does_not_write_stays_the_providers()
    {
        var time = new ManualTime();
        await using var provider = new ScriptedProvider(call => call.ClosedAsync());
        await using var gateway = await StartAsync(provider.Url, "headers: 9s", time);
        var answer = gateway.PostAsync("/v1/chat/completions", Streamed);
        await time.WhenArmedAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        (await answer).Body.ShouldContain("sent no first token within 5 s (timeouts.firstToken)");
    }

    [Fact]
    public async Task A_host_that_takes_no_connection_is_given_up_after_the_models_own_time()
    {
        // One connection fills the queue of a listener that accepts none; the next gets no answer.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!);
        await using var gateway = await StartAsync($"http://127.0.0.1:{((IPEndPoint)full.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture)}", "connect: 200ms", TimeProvider.System);
        var (status, text, _) = await gateway.PostAsync("/v1/chat/completions", Plain);
        status.ShouldBe(504);
        text.ShouldContain("accepted no connection within 0.2 s (timeouts.connect)");
    }

    private static Task<TestGateway> StartAsync(string url, string limit, TimeProvider time) => TestGateway.StartAsync($$"""
        providers: { p: { kind: openai, url: {{url}}/v1, timeouts: { firstToken: 5s, idle: 7s, total: 20s } } }
        models: { quick: { backends: p, timeouts: { {{limit}} } } }
        """,
        services => services.AddSingleton(time));
}
