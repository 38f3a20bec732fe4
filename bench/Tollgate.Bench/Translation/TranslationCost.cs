using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tollgate.Bench.Relay;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Framing;

namespace Tollgate.Bench.Translation;

/// <summary>
/// <c>translation</c>: what translated chat costs. CPU time of the whole process for a relayed and for translated requests of 1 KB, load and mock
/// included in both, in turns; and the time that the codecs alone take for an event of a stream.
/// </summary>
internal static class TranslationCost
{
    private const int Rounds = 11;
    private const int Requests = 4000;
    private const int Events = 500;

    internal static async Task<int> RunAsync()
    {
        await RequestsAsync();
        await EventsAsync();
        await PhaseCost.WriteAsync(Console.Out);
        return 0;
    }

    private static async Task RequestsAsync()
    {
        var shapes = new List<(string Name, InProcessGateway Gateway)>
        {
            ("relay", await InProcessGateway.StartAsync(new Cell("relay", 16))),
            ("anthropic.messages", await InProcessGateway.StartAsync(new Cell("anthropic", 16), "anthropic", TranslatedAnswers.Anthropic)),
            ("bedrock.converse", await InProcessGateway.StartAsync(new Cell("bedrock", 16), "aws-bedrock", TranslatedAnswers.Bedrock)),
            ("gemini.generate", await InProcessGateway.StartAsync(new Cell("gemini", 16), "gemini-native", TranslatedAnswers.Gemini)),
        };
        var figures = shapes.ToDictionary(s => s.Name, _ => new List<(double Cpu, double Bytes)>(), StringComparer.Ordinal);
        foreach (var (_, gateway) in shapes) await gateway.SendAsync(Requests);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, gateway) in shapes) figures[name].Add(await MeasureAsync(gateway));
        }

        // The least of the rounds: whatever else runs on the machine only adds.
        var relay = figures["relay"].Min(f => f.Cpu);
        await WriteAsync("| chat of 1 KB, unary | CPU per request | of the relay's | allocated |\n|---|---|---|---|");
        foreach (var (name, _) in shapes)
        {
            var (cpu, bytes) = (figures[name].Min(f => f.Cpu), figures[name].Min(f => f.Bytes));
            await WriteAsync($"| {name} | {cpu:0.0} µs | {cpu / relay:0.00} | {bytes:0} B |");
        }

        foreach (var (_, gateway) in shapes) await gateway.DisposeAsync();
    }

    private static async Task<(double Cpu, double Bytes)> MeasureAsync(InProcessGateway gateway)
    {
        var (time, bytes) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
        await gateway.SendAsync(Requests);
        return ((Process.GetCurrentProcess().TotalProcessorTime - time).TotalMicroseconds / Requests, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / Requests);
    }

    private static async Task EventsAsync()
    {
        await WriteAsync("\n| stream | to | per event | allocated |\n|---|---|---|---|");
        foreach (var (upstream, frames) in TranslatedAnswers.Streams(Events))
        {
            foreach (var client in (ClientDialect[])[OpenAIChatClient.Instance, AnthropicMessagesClient.Instance])
            {
                if (client.Name == upstream.Name) continue;
                var (micros, bytes) = PerEvent(upstream, client, frames);
                await WriteAsync($"| {upstream.Name} | {client.Name} | {micros:0.00} µs | {bytes:0} B |");
            }
        }
    }

    private static (double Micros, double Bytes) PerEvent(UpstreamDialect upstream, ClientDialect client, (byte[] Name, byte[] Data)[] frames)
    {
        var request = new ChatRequest { Dialect = client.Name, Turns = [], IncludeUsage = true };
        var (best, least) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 200; round++)
        {
            var (start, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            Translate(upstream, client, request, frames);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / frames.Length);
            least = Math.Min(least, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / frames.Length);
        }

        return (best, least);
    }

    private static void Translate(UpstreamDialect upstream, ClientDialect client, ChatRequest request, (byte[] Name, byte[] Data)[] frames)
    {
        var reader = upstream.CreateEventReader(request);
        var writer = client.CreateEventWriter(new AnswerContext("q", "m", 1, request));
        var (events, output) = (new List<ChatEvent>(), new ArrayBufferWriter<byte>(4096));
        foreach (var (name, data) in frames)
        {
            reader.Read(name, data, isException: false, events);
            foreach (var step in events) writer.Write(step, output);
            events.Clear();
            output.ResetWrittenCount();
        }
    }

    private static Task WriteAsync(FormattableString line) => Console.Out.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture));

    private static Task WriteAsync(string line) => Console.Out.WriteLineAsync(line);
}
