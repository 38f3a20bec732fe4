using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Retries;
using Tollgate.Tests.Translation;

namespace Tollgate.Tests.Relay;

/// <summary>What the client of a stream hears while the provider thinks, with a clock that the test moves.</summary>
public sealed class KeepAliveTests
{
    private const string Comment = ": keep-alive\n\n";
    private const string Ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(Cell.OpenAI, "openai", Comment)]
    [InlineData(Cell.OpenAI, "aws-bedrock", Comment)]
    [InlineData(Cell.OpenAI, "anthropic", Comment)]
    [InlineData(Cell.Responses, "gcp-vertex", Comment)]
    [InlineData(Cell.Anthropic, "anthropic", Ping)]
    [InlineData(Cell.Anthropic, "aws-anthropic", Ping)]
    [InlineData(Cell.Anthropic, "openai", Ping)]
    public async Task A_client_that_hears_nothing_gets_a_heartbeat_of_its_dialect_after_each_silence(string path, string kind, string heartbeat)
    {
        var cell = Cell.Of(kind);
        var beginning = ProviderWords.Beginning(cell);
        await using var line = await Line.OpenAsync(path, cell, beginning);
        var before = await line.ReadAsync(text => text.Contains("Halt!", StringComparison.Ordinal));
        for (var i = 1; i <= 2; i++)
        {
            await line.PassAsync(Interval);
            (await line.ReadAsync(text => text.Length > before.Length + (heartbeat.Length * (i - 1)))).ShouldBe(before + string.Concat(Enumerable.Repeat(heartbeat, i)));
        }

        await line.FinishAsync(ProviderWords.Stream(cell)[beginning.Length..]);
        var whole = await line.RestAsync();
        ClientAnswer.Read(path, whole.Replace(heartbeat, "", StringComparison.Ordinal), stream: true).Text.ShouldBe(ProviderWords.Text);
        whole.Split(heartbeat).Length.ShouldBe(3);
    }

    [Fact]
    public async Task It_never_stands_inside_an_event()
    {
        var cell = Cell.Of("openai");
        var stream = ProviderWords.Stream(cell);
        var beginning = ProviderWords.Beginning(cell).Length;
        await using var line = await Line.OpenAsync(Cell.OpenAI, cell, stream[..(beginning + 20)]);
        var before = await line.ReadAsync(text => text.Contains("Halt!", StringComparison.Ordinal));
        await line.PassAsync(Interval);
        await line.ReadAsync(text => text.Length > before.Length); // it may come late, when the gateway was not yet waiting: then the rest would be first
        await line.FinishAsync(stream[(beginning + 20)..]);
        (await line.RestAsync()).ShouldBe(Encoding.UTF8.GetString(stream[..beginning]) + Comment + Encoding.UTF8.GetString(stream[beginning..]));
    }

    [Fact]
    public async Task What_the_provider_says_in_between_puts_it_off()
    {
        var cell = Cell.Of("openai");
        var stream = ProviderWords.Stream(cell);
        var beginning = ProviderWords.Beginning(cell);
        await using var line = await Line.OpenAsync(Cell.OpenAI, cell, beginning);
        await line.ReadAsync(text => text.Contains("Halt!", StringComparison.Ordinal));
        line.Time.Advance(Interval * 0.7);
        await line.SayAsync(": still here\n\n"u8.ToArray());
        await line.ReadAsync(text => text.EndsWith(": still here\n\n", StringComparison.Ordinal));
        line.Time.Advance(Interval * 0.7);
        await line.FinishAsync(stream[beginning.Length..]);
        (await line.RestAsync()).ShouldNotContain("keep-alive");
    }

    [Theory]
    [InlineData("keepAlive: 0s")]
    [InlineData("keepAlive: { interval: 0s, beforeCommit: true }")]
    public async Task It_can_be_switched_off(string setting)
    {
        var cell = Cell.Of("openai");
        var beginning = ProviderWords.Beginning(cell);
        await using var line = await Line.OpenAsync(Cell.OpenAI, cell, beginning, setting);
        await line.ReadAsync(text => text.Contains("Halt!", StringComparison.Ordinal));
        line.Time.Advance(TimeSpan.FromSeconds(50));
        await line.FinishAsync(ProviderWords.Stream(cell)[beginning.Length..]);
        (await line.RestAsync()).ShouldBe(Encoding.UTF8.GetString(ProviderWords.Stream(cell)));
    }

    [Fact]
    public async Task It_does_not_put_off_the_providers_limits()
    {
        var cell = Cell.Of("openai");
        await using var line = await Line.OpenAsync(Cell.OpenAI, cell, ProviderWords.Beginning(cell), more: ", timeouts: { firstToken: 50s }");
        await line.ReadAsync(text => text.Contains("Halt!", StringComparison.Ordinal));
        await line.Time.WhenArmedAsync(TimeSpan.FromSeconds(60)); // the idle limit, which counts from when the gateway waits again
        for (var i = 0; i < 3; i++) await line.PassAsync(Interval);
        await line.PassAsync(Interval);
        (await line.RestAsync()).ShouldContain("timeouts.idle");
    }

    [Fact]
    public async Task Before_the_first_content_nothing_is_said_so_that_another_backend_can_answer()
    {
        var time = new ManualTime();
        await using var silent = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(TwoProviders.Role);
            await call.ClosedAsync();
        });
        await using var second = TwoProviders.Streaming(TwoProviders.Whole("from two"));
        await using var gateway = await BeforeAsync(time, silent, second, "5s");
        var answer = gateway.PostAsync(TwoProviders.Chat, TwoProviders.Streamed);
        await time.WhenArmedAsync(TimeSpan.FromSeconds(60));
        await time.WhenArmedAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));
        var (status, body, _) = await answer;
        (status, body).ShouldBe((200, TwoProviders.Whole("from two")));
    }

    [Fact]
    public async Task An_operator_may_give_that_up_and_errors_then_come_in_the_stream()
    {
        var time = new ManualTime();
        await using var silent = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream", ("x-of", "one"));
            await call.ChunkAsync(TwoProviders.Role);
            await call.ClosedAsync();
        });
        await using var second = TwoProviders.Streaming(TwoProviders.Whole("from two"));
        await using var gateway = await BeforeAsync(time, silent, second, "{ interval: 5s, beforeCommit: true }");
        using var message = new HttpRequestMessage(HttpMethod.Post, TwoProviders.Chat) { Content = new StringContent(TwoProviders.Streamed, Encoding.UTF8, "application/json") };
        var opening = gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await time.WhenArmedAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        using var response = await opening;
        ((int)response.StatusCode, response.Headers.GetValues("x-of").Single()).ShouldBe((200, "one"));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var beginning = new char[(TwoProviders.Role + Comment).Length];
        await reader.ReadBlockAsync(beginning);
        new string(beginning).ShouldBeOneOf(TwoProviders.Role + Comment, Comment + TwoProviders.Role); // the role may still be on its way
        time.Advance(TimeSpan.FromSeconds(55));
        (await reader.ReadToEndAsync()).ShouldContain("timeouts.firstToken");
        second.Calls.ShouldBeEmpty();
    }

    private static Task<TestGateway> BeforeAsync(TimeProvider time, ScriptedProvider one, ScriptedProvider two, string keepAlive) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{one.Url}}/v1, key: k }
          two: { kind: openai, url: {{two.Url}}/v1, key: k }
        models:
          m: { backends: [one, { provider: two, priority: 1 }], keepAlive: {{keepAlive}} }
        retry: { attempts: 2 }
        """, services => services.AddSingleton(time));

    /// <summary>A stream that the test feeds at one end and reads at the other.</summary>
    private sealed class Line(TestGateway gateway, ScriptedProvider provider, ManualTime time, Func<byte[], Task> say, Func<Task> end, HttpResponseMessage response, Stream stream) : IAsyncDisposable
    {
        private readonly MemoryStream _heard = new();

        public ManualTime Time => time;

        private string Text => Encoding.UTF8.GetString(_heard.ToArray());

        public static async Task<Line> OpenAsync(string path, Cell cell, byte[] beginning, string setting = "", string more = "")
        {
            var time = new ManualTime();
            var under = new TaskCompletionSource<ProviderCall>();
            var over = new TaskCompletionSource();
            var provider = new ScriptedProvider(async call =>
            {
                await call.BeginAsync(200, ProviderWords.ContentType(cell));
                await call.ChunkAsync(beginning);
                under.SetResult(call);
                await over.Task;
            });
            var gateway = await TestGateway.StartAsync(
                $"providers:\n  p: {cell.Configuration(provider.Url, more)}\nmodels:\n  m: [{{ provider: p, model: '{cell.Model}' }}]\n{setting}\n", services => services.AddSingleton<TimeProvider>(time));
            var response = await TranslationRig.OpenAsync(gateway.Client, path);
            var call = await under.Task;
            return new Line(gateway, provider, time, async bytes => await call.ChunkAsync(bytes), async () =>
            {
                await call.EndAsync();
                over.SetResult();
            }, response, await response.Content.ReadAsStreamAsync());
        }

        public Task SayAsync(byte[] bytes) => say(bytes);

        /// <summary>Lets time pass once the gateway waits for the provider.</summary>
        public async Task PassAsync(TimeSpan span)
        {
            await time.WhenArmedAsync(span);
            time.Advance(span);
        }

        public async Task FinishAsync(byte[] rest)
        {
            await say(rest);
            await end();
        }

        /// <summary>All that was heard so far, once it is enough.</summary>
        public async Task<string> ReadAsync(Func<string, bool> isEnough)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var buffer = new byte[4096];
            while (!isEnough(Text))
            {
                var read = await stream.ReadAsync(buffer, limit.Token);
                if (read == 0) break;
                _heard.Write(buffer, 0, read);
            }

            return Text;
        }

        public Task<string> RestAsync() => ReadAsync(_ => false);

        public async ValueTask DisposeAsync()
        {
            response.Dispose();
            await provider.DisposeAsync();
            await gateway.DisposeAsync();
        }
    }
}
