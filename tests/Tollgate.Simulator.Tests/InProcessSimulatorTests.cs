using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tollgate.Catalog;
using Tollgate.Simulator.Hosting;

namespace Tollgate.Simulator.Tests;

public sealed class InProcessSimulatorTests : IAsyncLifetime
{
    private readonly InProcessSimulator _simulator = new(new SimulatorOptions(), TimeProvider.System);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task Answers_over_connections_in_memory()
    {
        using var client = Client();
        var answer = await client.JsonAsync(Requests.Ask("openai", "gpt-5"));
        answer["choices"]![0]!["message"]!["content"]!.ToString().ShouldContain("Who goes there?");
    }

    [Fact]
    public async Task Many_callers_may_come_at_once()
    {
        using var client = Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => client.JsonAsync(Requests.Ask("openai", $"m{i}"))));
        answers.Select(a => a["model"]!.ToString()).ShouldBe(Enumerable.Range(0, 100).Select(i => $"m{i}"));
        answers.Select(a => a["id"]!.ToString()).Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task It_answers_while_somebody_listens_to_the_metrics_of_its_server()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Microsoft.AspNetCore.Server.Kestrel") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.Start();
        using var client = Client();
        using var answer = await client.SendAsync(Requests.Ask("openai", "gpt-5")).WaitAsync(TimeSpan.FromSeconds(20));
        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_arrives_token_by_token()
    {
        using var client = Client();
        var deltas = new List<string>();
        await KnobTests.ReadDeltasAsync(client, "gpt-5", deltas.Add);
        deltas.Count.ShouldBeGreaterThan(20);
        string.Concat(deltas).ShouldStartWith("You said: \"Who goes there?\".");
    }

    [Fact]
    public async Task A_broken_connection_is_seen_as_broken()
    {
        using var client = Client();
        await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync(Requests.Ask("openai", "sim/reset")));
        var deltas = new List<string>();
        await Should.ThrowAsync<IOException>(() => KnobTests.ReadDeltasAsync(client, "sim/cut-after-5", deltas.Add));
        deltas.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_large_request_goes_through()
    {
        using var client = Client();
        var words = string.Join(' ', Enumerable.Repeat("toll", 500_000));
        var answer = await client.JsonAsync(Requests.To(Requests.Chat, $$"""{"model":"m","messages":[{"role":"user","content":"{{words}}"}]}"""));
        ((int)answer["usage"]!["prompt_tokens"]!).ShouldBe(500_000);
    }

    [Fact]
    public async Task Refuses_connections_after_it_has_stopped()
    {
        using (var client = Client()) await client.JsonAsync(Requests.Ask("openai", "gpt-5"));
        await _simulator.StopAsync(CancellationToken.None);
        await Should.ThrowAsync<IOException>(async () => await _simulator.ConnectAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_caller_who_leaves_is_noticed_while_the_answer_waits()
    {
        await using var connection = new InMemoryConnection("c", new InMemoryEndPoint());
        connection.ConnectionClosed.IsCancellationRequested.ShouldBeFalse();
        await connection.ClientStream.DisposeAsync();
        connection.ConnectionClosed.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Is_registered_as_the_provider_kind_simulator()
    {
        await using var services = new ServiceCollection().AddTollgateSimulator().BuildServiceProvider();
        services.GetRequiredService<IInProcessProvider>().Kind.ShouldBe("simulator");
        services.GetServices<IHostedService>().ShouldContain(services.GetRequiredService<InProcessSimulator>());
    }

    private HttpClient Client() => new(new SocketsHttpHandler { ConnectCallback = (_, stop) => _simulator.ConnectAsync(stop) })
    {
        BaseAddress = new Uri("http://simulator"),
        Timeout = TimeSpan.FromSeconds(30),
    };
}
