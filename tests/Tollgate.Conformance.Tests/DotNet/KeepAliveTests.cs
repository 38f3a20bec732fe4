using System.Text;
using Anthropic;
using Anthropic.Models.Messages;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Chat;
using Tollgate.Tests.Limits;

namespace Tollgate.Conformance.Tests.DotNet;

/// <summary>Heartbeats in the middle of a stream, as the official clients take them: not at all.</summary>
public sealed class KeepAliveTests
{
    private const string Comment = ": keep-alive\n\n";
    private const string Ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    private const string ChatBeginning = """
        data: {"id":"a","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":"Half "},"finish_reason":null}]}


        """;

    private const string ChatRest = """
        data: {"id":"a","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"content":"and half."},"finish_reason":null}]}

        data: {"id":"a","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]


        """;

    private const string MessageBeginning = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Half "}}


        """;

    private const string MessageRest = """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"and half."}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task OpenAIs_client_passes_over_a_comment()
    {
        await using var rig = await Rig.StartAsync("openai", ChatBeginning, ChatRest, Comment);
        var text = new StringBuilder();
        await foreach (var update in OpenAiClients.At(rig.Gateway.Host.Addresses[0], over: rig.Client).GetChatClient("m").CompleteChatStreamingAsync(new UserChatMessage("Is it open?")))
        {
            foreach (var part in update.ContentUpdate) rig.Take(text, part.Text);
        }

        await rig.CheckAsync(text, Comment, ChatBeginning + ChatRest);
    }

    [Fact]
    public async Task Anthropics_client_passes_over_a_ping()
    {
        await using var rig = await Rig.StartAsync("anthropic", MessageBeginning, MessageRest, Ping);
        using var client = new AnthropicClient { BaseUrl = rig.Gateway.Host.Addresses[0].ToString().TrimEnd('/'), ApiKey = "any-key", MaxRetries = 0, HttpClient = rig.Client };
        var text = new StringBuilder();
        await foreach (var update in client.Messages.CreateStreaming(new MessageCreateParams { Model = "m", MaxTokens = 9, Messages = [new UserMessageParam("Is it open?")] }))
        {
            if (update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) rig.Take(text, piece.Text);
        }

        await rig.CheckAsync(text, Ping, MessageBeginning + MessageRest);
    }

    /// <summary>
    /// A provider that goes on when the client has heard half of the answer, an interval has passed, and the heartbeat has come: a gateway that has not begun
    /// to wait for the rest when that is there already has no silence to break.
    /// </summary>
    private sealed class Rig(ScriptedProvider provider, TestGateway gateway, ManualTime time, HttpClient client) : IAsyncDisposable
    {
        public TestGateway Gateway => gateway;

        /// <summary>What the official client speaks through.</summary>
        public HttpClient Client => client;

        public static async Task<Rig> StartAsync(string kind, string beginning, string rest, string heartbeat)
        {
            var (time, go) = (new ManualTime(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            var provider = new ScriptedProvider(async call =>
            {
                await call.BeginAsync(200, "text/event-stream");
                await call.ChunkAsync(beginning);
                await go.Task.WaitAsync(TimeSpan.FromSeconds(30));
                await call.ChunkAsync(rest);
                await call.EndAsync();
            });
            var gateway = await TestGateway.StartAsync(
                $"providers: {{ p: {{ kind: {kind}, url: {provider.Url}/v1, key: k }} }}\nmodels: {{ m: p }}\n", services => services.AddSingleton<TimeProvider>(time));
            return new Rig(provider, gateway, time, new HttpClient(new Overhearing(heartbeat, go.SetResult)));
        }

        public void Take(StringBuilder text, string piece)
        {
            text.Append(piece);
            if (piece == "Half ") time.Advance(Interval);
        }

        public async Task CheckAsync(StringBuilder text, string heartbeat, string said)
        {
            text.ToString().ShouldBe("Half and half.");
            var line = await gateway.LogLineAsync();
            line.GetProperty("bytes_out").GetInt64().ShouldBe(said.Length + heartbeat.Length);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await provider.DisposeAsync();
            await gateway.DisposeAsync();
        }
    }
}
