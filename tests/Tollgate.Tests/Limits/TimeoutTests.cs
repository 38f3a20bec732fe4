using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>The limits of waiting, with a clock that the test moves.</summary>
public sealed class TimeoutTests
{
    private const string Chunk = "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";

    private static readonly TimeSpan FirstToken = TimeSpan.FromSeconds(5), Idle = TimeSpan.FromSeconds(7), Total = TimeSpan.FromSeconds(20);

    public static TheoryData<string> All => Surfaces.All;

    [Theory, MemberData(nameof(All))]
    public async Task Gives_up_a_plain_answer_when_the_total_is_over(string path)
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(call => HangAsync(call, asked));
        await using var gateway = await StartAsync(provider, time);
        var answer = ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}");
        await asked.Task;
        time.Advance(Total - TimeSpan.FromTicks(1));
        answer.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromTicks(1));
        var (status, error) = await answer;
        status.ShouldBe(504);
        error.ShouldBeOfType(path, "server_error", "timeout_error", "provider_timeout");
        error.Message.ShouldEndWith("did not finish within 20 s (timeouts.total)");
    }

    [Theory]
    [InlineData(ErrorShape.OpenAI)]
    [InlineData(ErrorShape.Anthropic)]
    public async Task Gives_up_a_stream_whose_headers_do_not_come(string path)
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(call => HangAsync(call, asked));
        await using var gateway = await StartAsync(provider, time);
        var answer = ErrorShape.PostAsync(gateway, path, $"{{\"model\":\"{Surfaces.ModelOf(path)}\",\"stream\":true}}");
        await asked.Task;
        time.Advance(FirstToken);
        var (status, error) = await answer;
        status.ShouldBe(504);
        error.ShouldBeOfType(path, "server_error", "timeout_error", "provider_timeout");
        error.Message.ShouldEndWith("sent no first token within 5 s (timeouts.firstToken)");
    }

    [Fact]
    public async Task Gives_up_a_stream_that_has_headers_and_no_event()
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await HangAsync(call, asked);
        });
        await using var gateway = await StartAsync(provider, time);
        var answer = ErrorShape.PostAsync(gateway, ErrorShape.OpenAI, "{\"model\":\"o\",\"stream\":true}");
        await asked.Task;
        time.Advance(FirstToken);
        var (status, error) = await answer;
        status.ShouldBe(504);
        error.Message.ShouldContain("timeouts.firstToken");
    }

    [Fact]
    public async Task Gives_up_a_plain_answer_that_stops_half_way()
    {
        var time = new ManualTime();
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "application/json");
            await call.ChunkAsync("{\"id\":");
            await HangAsync(call, null);
        });
        await using var gateway = await StartAsync(provider, time);
        var answer = ErrorShape.PostAsync(gateway, ErrorShape.OpenAI, "{\"model\":\"o\"}");
        await time.WhenArmedAsync(Idle);
        time.Advance(Idle);
        var (status, error) = await answer;
        (status, error.Code).ShouldBe((504, "provider_timeout"));
        error.Message.ShouldEndWith("sent nothing for 7 s (timeouts.idle)");
    }

    [Theory]
    [InlineData(ErrorShape.Anthropic, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n", "{\"type\":\"error\",\"error\":{\"type\":\"timeout_error\",")]
    [InlineData("/v1/responses", "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n", "{\"type\":\"error\",\"code\":\"provider_timeout\",")]
    public async Task Names_the_event_where_the_dialect_names_events(string path, string start, string error)
    {
        var time = new ManualTime();
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(start);
            await HangAsync(call, null);
        });
        await using var gateway = await StartAsync(provider, time);
        await using var stream = await OpenAsync(gateway, $"{{\"model\":\"{(path == ErrorShape.Anthropic ? "a" : "o")}\",\"stream\":true}}", path);
        (await ReadAsync(stream, start.Length)).ShouldBe(start);
        await time.WhenArmedAsync(Idle);
        time.Advance(Idle);
        var last = await new StreamReader(stream).ReadToEndAsync();
        last.ShouldStartWith("event: error\ndata: " + error);
        last.ShouldEndWith("}\n\n");
    }

    [Fact]
    public async Task Tells_in_the_stream_that_the_provider_fell_silent()
    {
        var time = new ManualTime();
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(Chunk);
            await HangAsync(call, null);
        });
        await using var gateway = await StartAsync(provider, time);
        await using var stream = await OpenAsync(gateway, "{\"model\":\"o\",\"stream\":true}");
        (await ReadAsync(stream, Chunk.Length)).ShouldBe(Chunk);
        await time.WhenArmedAsync(Idle);
        time.Advance(Idle);
        var last = await new StreamReader(stream).ReadToEndAsync();
        last.ShouldStartWith("data: {");
        last.ShouldEndWith("\n\n");
        var error = JsonDocument.Parse(last["data: ".Length..]).RootElement.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("provider_timeout");
        error.GetProperty("message").GetString().ShouldBe("provider 'openai-like' sent nothing for 7 s (timeouts.idle)");
        var line = await gateway.LogLineAsync();
        (line.GetProperty("status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((200, "provider_timeout"));
    }

    [Fact]
    public async Task Ends_a_stream_that_never_rests_when_the_total_is_over()
    {
        var time = new ManualTime();
        var step = TimeSpan.FromSeconds(6.4); // so that no idle limit ends when the total does, and each can be waited for
        var next = new SemaphoreSlim(0);
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            while (true)
            {
                await call.ChunkAsync(Chunk);
                await next.WaitAsync(call.Left);
            }
        });
        await using var gateway = await StartAsync(provider, time);
        await using var stream = await OpenAsync(gateway, "{\"model\":\"o\",\"stream\":true}");
        for (var i = 0; i < 3; i++)
        {
            (await ReadAsync(stream, Chunk.Length)).ShouldBe(Chunk);
            await time.WhenArmedAsync(Idle);
            time.Advance(step);
            next.Release();
        }

        (await ReadAsync(stream, Chunk.Length)).ShouldBe(Chunk);
        await time.WhenArmedAsync(Total - (3 * step));
        time.Advance(Total - (3 * step));
        (await new StreamReader(stream).ReadToEndAsync()).ShouldContain("did not finish within 20 s (timeouts.total)");
    }

    private static Task<TestGateway> StartAsync(ScriptedProvider provider, ManualTime time)
    {
        const string Timeouts = "timeouts: { firstToken: 5s, idle: 7s, total: 20s }";
        return TestGateway.StartAsync($$"""
            providers:
              openai-like: { kind: openai, url: {{provider.Url}}/v1, {{Timeouts}} }
              claude: { kind: anthropic, url: {{provider.Url}}/v1, key: k, {{Timeouts}} }
              ranker: { kind: cohere, url: {{provider.Url}}, key: k, {{Timeouts}} }
            models: { o: openai-like, a: claude, c: ranker }
            """,
            services => services.AddSingleton<TimeProvider>(time));
    }

    private static async Task HangAsync(ProviderCall call, TaskCompletionSource? asked)
    {
        asked?.TrySetResult();
        await Task.Delay(Timeout.Infinite, call.Left);
    }

    private static async Task<Stream> OpenAsync(TestGateway gateway, string json, string path = ErrorShape.OpenAI)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        response.IsSuccessStatusCode.ShouldBeTrue();
        return await response.Content.ReadAsStreamAsync();
    }

    private static async Task<string> ReadAsync(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }
}
