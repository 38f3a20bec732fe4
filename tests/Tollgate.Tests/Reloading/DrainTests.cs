using System.Text;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Reloading;

/// <summary>Stopping: what runs ends whole, and nothing new begins.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_running_stream_ends_whole_while_new_connections_are_refused()
    {
        const string First = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", Last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        var go = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(First);
            await go.Task;
            await call.ChunkAsync(Last);
            await call.EndAsync();
        });
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        using var message = new HttpRequestMessage(HttpMethod.Post, ErrorShape.OpenAI) { Content = new StringContent("{\"model\":\"o\",\"stream\":true}", Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[First.Length]);

        var address = gateway.Host.Addresses[0];
        var stopping = gateway.Host.StopAsync();
        await ClosedPort.UntilRefusedAsync(address);
        stopping.IsCompleted.ShouldBeFalse();
        go.SetResult();
        (await new StreamReader(stream).ReadToEndAsync()).ShouldBe(Last);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        var line = await gateway.LogLineAsync();
        line.GetProperty("status").GetInt32().ShouldBe(200);
        line.TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Stops_at_once_when_nothing_runs()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        (await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}")).Status.ShouldBe(200); // leaves a connection open
        await gateway.Host.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await ClosedPort.UntilRefusedAsync(gateway.Host.Addresses[0]);
    }
}
