using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Translators.Embeddings;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Fuzzing;

/// <summary>
/// Mutated inputs for every reader: nothing is thrown but what the contract names, nothing hangs, and no small input costs much memory. In
/// the usual tests 20,000 of them; <c>./dev fuzz</c> runs a million, by TOLLGATE_FUZZ and TOLLGATE_FUZZ_SEED.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int UsualCount = 20_000;
    private const long MostMemory = 64L * 1024 * 1024;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    private static readonly ClientDialect[] Clients = [OpenAIChatClient.Instance, AnthropicMessagesClient.Instance];
    private static readonly UpstreamDialect[] Upstreams = [OpenAIChatUpstream.Instance, AnthropicMessagesUpstream.Instance, BedrockConverseUpstream.Instance, GeminiGenerateUpstream.Instance];

    private static readonly FuzzTarget[] Targets =
    [
        FuzzTarget.Request(OpenAIChatClient.Instance, FuzzSeeds.ChatRequests, Upstreams),
        FuzzTarget.Request(AnthropicMessagesClient.Instance, FuzzSeeds.MessagesRequests, Upstreams),
        FuzzTarget.Answer(OpenAIChatUpstream.Instance, FuzzSeeds.Completions, Clients),
        FuzzTarget.Answer(AnthropicMessagesUpstream.Instance, FuzzSeeds.Messages, Clients),
        FuzzTarget.Answer(BedrockConverseUpstream.Instance, FuzzSeeds.Converse, Clients),
        FuzzTarget.Answer(GeminiGenerateUpstream.Instance, FuzzSeeds.Gemini, Clients),
        FuzzTarget.Stream(OpenAIChatUpstream.Instance, FuzzSeeds.ChatStreams, Clients),
        FuzzTarget.Stream(AnthropicMessagesUpstream.Instance, FuzzSeeds.MessageStreams, Clients),
        FuzzTarget.Stream(BedrockConverseUpstream.Instance, FuzzSeeds.ConverseStreams, Clients),
        FuzzTarget.Stream(GeminiGenerateUpstream.Instance, FuzzSeeds.GeminiStreams, Clients),
        Plain("head of a body", FuzzSeeds.ChatRequests, ReadHead),
        Plain("embeddings request", [.. FuzzSeeds.MessagesRequests, """{"model":"m","input":["a","b"],"dimensions":256,"encoding_format":"base64"}"""u8.ToArray()], body => EmbeddingsRequest.Read(body)),
        Plain("error body", [.. FuzzSeeds.Converse, .. FuzzSeeds.Gemini, "<html><title>x</title></html>"u8.ToArray()], WrapError),
        Plain("server-sent events", [Encoding.UTF8.GetBytes("event: a\ndata: {\"a\":1}\n\n: ping\r\n\r\ndata: x\ndata: y\n\n")], ReadFrames),
        Plain("AWS event stream", [Message()], ReadMessages),
    ];

    [Fact]
    public void Readers_throw_nothing_but_what_their_contract_names_and_neither_hang_nor_swallow_memory()
    {
        var count = Number("TOLLGATE_FUZZ") ?? UsualCount;
        var first = Number("TOLLGATE_FUZZ_SEED") ?? 1;
        output.WriteLine($"{count} inputs from seed {first}");
        // The first find of each reader: one mistake often shows in many inputs.
        string[] finds = [.. Targets.Select(target => Enumerable.Range(first, count / Targets.Length).Select(seed => Try(target, seed)).FirstOrDefault(find => find is not null)).OfType<string>()];
        finds.ShouldBeEmpty();
    }

    /// <summary>What is wrong, or null.</summary>
    private static string? Try(FuzzTarget target, int seed)
    {
        var input = target.Make(new JsonMutator(seed));
        var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            target.Run(input);
        }
        catch (FormatException)
        {
            // The contract of every reader; ChatFormatException is one.
        }
        catch (Exception e)
        {
            return Report(e.ToString());
        }

        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        if (memory > MostMemory) return Report($"{memory} bytes of memory");
        return Stopwatch.GetElapsedTime(started) > MostTime ? Report("took longer than 20 s") : null;

        string Report(string what) => $"{target.Name}, seed {seed}: {what}\n{Encoding.UTF8.GetString(input)}\n";
    }

    private static FuzzTarget Plain(string name, byte[][] seeds, Action<byte[]> run) => new(name, mutator => mutator.Mutate(mutator.Pick(seeds), seeds), run);

    private static void ReadHead(byte[] body)
    {
        var names = new JsonNames("model", "stream", "messages");
        var members = new JsonMember[3];
        if (!JsonHead.TryRead(body, names, members, out var fault))
        {
            fault.Describe(body);
            return;
        }

        if (members[0].Exists) JsonHead.TryGetString(members[0].Value(body), out _);
    }

    private static void WrapError(byte[] body)
    {
        foreach (var family in Enum.GetValues<ApiFamily>())
        {
            ErrorBody.IsInDialect(family, body);
            ErrorBody.WriteWrapped(new ArrayBufferWriter<byte>(), family, 502, body, "application/json", "q");
            ErrorBody.WriteWrapped(new ArrayBufferWriter<byte>(), family, 502, body, "text/html", "q");
        }
    }

    private static void ReadFrames(byte[] body)
    {
        int at = 0, scanned = 0, length;
        while ((length = Sse.FrameLength(body.AsSpan(at), ref scanned)) > 0)
        {
            scanned = 0;
            var frame = SseFrame.Parse(body.AsSpan(at, length));
            if (frame.HasData) frame.CopyData(new ArrayBufferWriter<byte>());
            at += length;
        }
    }

    private static void ReadMessages(byte[] body)
    {
        var at = 0;
        while (AwsEventStream.TryRead(body.AsSpan(at), out _, out var consumed) == AwsEventStatus.Ok) at += consumed;
    }

    private static byte[] Message() => Convert.FromHexString(
        "0000009e00000057fe1b824f0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d2c2270223a22616263227d9343f010");

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
