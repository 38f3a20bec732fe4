using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tollgate.Bench.Wire;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Bench.Translation;

/// <summary>What each codec alone takes for a chat of 1 KB: where the time of a translated request goes.</summary>
internal static class PhaseCost
{
    private const int Rounds = 20_000;

    internal static async Task WriteAsync(TextWriter writer)
    {
        await writer.WriteLineAsync("\n| codec | read request | write request | read answer | write answer |\n|---|---|---|---|---|");
        foreach (var (upstream, answer) in ((UpstreamDialect, string)[])[(AnthropicMessagesUpstream.Instance, TranslatedAnswers.Anthropic), (BedrockConverseUpstream.Instance, TranslatedAnswers.Bedrock), (GeminiGenerateUpstream.Instance, TranslatedAnswers.Gemini)])
        {
            var (body, whole) = (Payload.Body(1024, stream: false), Encoding.UTF8.GetBytes(answer));
            var request = OpenAIChatClient.Instance.ReadRequest(body);
            var events = new List<ChatEvent>();
            upstream.ReadResponse(whole, request, events);
            var output = new ArrayBufferWriter<byte>(8192);
            var read = Least(() => OpenAIChatClient.Instance.ReadRequest(body));
            var write = Least(() =>
            {
                output.ResetWrittenCount();
                upstream.WriteRequest(output, request, "bench-model", new FidelityLog());
            });
            var back = Least(() => upstream.ReadResponse(whole, request, new List<ChatEvent>()));
            var told = Least(() =>
            {
                output.ResetWrittenCount();
                var response = new ChatResponse();
                foreach (var step in events) response.Add(step);
                OpenAIChatClient.Instance.WriteResponse(output, response, new AnswerContext("q", "m", 1, request));
            });
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {upstream.Name} | {read:0.0} µs | {write:0.0} µs | {back:0.0} µs | {told:0.0} µs |"));
        }
    }

    // The mean of the best hundred in a row: single calls are too short to be timed, and the machine is not ours alone.
    private static double Least(Action act)
    {
        const int Batch = 100;
        var best = double.MaxValue;
        for (var i = 0; i < Rounds / Batch; i++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var j = 0; j < Batch; j++) act();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / Batch);
        }

        return best;
    }
}
