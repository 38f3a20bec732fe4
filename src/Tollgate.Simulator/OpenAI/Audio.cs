using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary><c>POST …/audio/speech|transcriptions|translations</c>: https://platform.openai.com/docs/api-reference/audio</summary>
internal static class Audio
{
    public static async Task SpeakAsync(Call call, string? deployment)
    {
        var body = await call.ReadAsync();
        var sse = body.Text("stream_format") == "sse";
        await call.BeginAsync(deployment ?? body.Text("model") ?? throw Refusal.Missing("model"), sse ? "text/event-stream" : "audio/wav");
        var input = body.Text("input") ?? throw Refusal.Missing("input");
        if (body.Member("voice") is null) throw Refusal.Missing("voice");
        var wav = Media.Wav(input);
        if (sse) await SpeakInEventsAsync(call, wav, TokenText.Count(input));
        else await call.SendBytesAsync(wav, "audio/wav");
    }

    private static async Task SpeakInEventsAsync(Call call, byte[] wav, int inputTokens)
    {
        var sse = await SseStream.StartAsync(call);
        call.OnBrokenStream = refusal => sse.SendAsync(new JsonObject { ["error"] = ErrorBodies.OpenAI(refusal) });
        var pieces = wav.Chunk(4096).ToList();
        foreach (var piece in pieces)
        {
            await sse.Pace.TokenAsync();
            await sse.SendAsync(new JsonObject { ["type"] = "speech.audio.delta", ["audio"] = Convert.ToBase64String(piece) });
        }

        await sse.Pace.EndAsync();
        await sse.SendAsync(new JsonObject { ["type"] = "speech.audio.done", ["usage"] = Usage(inputTokens, pieces.Count) });
    }

    /// <summary>The stand-in cannot hear: it tells what it was given, and any prompt that came with it.</summary>
    public static async Task ListenAsync(Call call, bool translates, string? deployment)
    {
        var form = await call.FormAsync();
        var stream = !translates && form["stream"] == "true";
        var format = form["response_format"].FirstOrDefault() ?? "json";
        await call.BeginAsync(deployment ?? form["model"].FirstOrDefault() ?? throw Refusal.Missing("model"), stream ? "text/event-stream" : "application/json");
        var file = form.Files.GetFile("file") ?? throw Refusal.Missing("file");
        var about = form["prompt"].FirstOrDefault() is { Length: > 0 } prompt ? $" It is about {prompt}." : "";
        var text = $"A recording of {file.Length.ToString(CultureInfo.InvariantCulture)} bytes was heard{(translates ? " and put into English" : "")}.{about}";
        var seconds = Math.Round(Math.Max(1.0, file.Length / 32_000.0), 2);
        if (stream)
        {
            await ListenInEventsAsync(call, text, (int)Math.Ceiling(seconds) * 10);
            return;
        }

        switch (format)
        {
            case "text": await PlainAsync(call, text + "\n"); break;
            case "srt": await PlainAsync(call, $"1\n00:00:00,000 --> {Clock(seconds, ',')}\n{text}\n\n"); break;
            case "vtt": await PlainAsync(call, $"WEBVTT\n\n00:00:00.000 --> {Clock(seconds, '.')}\n{text}\n\n"); break;
            case "verbose_json": await call.SendAsync(Verbose(text, seconds, translates)); break;
            case "json" or "diarized_json": await call.SendAsync(Short(text, (int)Math.Ceiling(seconds) * 10)); break;
            default: throw new Refusal(400, $"Invalid value for 'response_format': '{format}'.", "response_format", "invalid_value");
        }
    }

    private static async Task ListenInEventsAsync(Call call, string text, int inputTokens)
    {
        var sse = await SseStream.StartAsync(call);
        call.OnBrokenStream = refusal => sse.SendAsync(new JsonObject { ["error"] = ErrorBodies.OpenAI(refusal) });
        foreach (var piece in TokenText.Split(text))
        {
            await sse.Pace.TokenAsync();
            await sse.SendAsync(new JsonObject { ["type"] = "transcript.text.delta", ["delta"] = piece });
        }

        await sse.Pace.EndAsync();
        await sse.SendAsync(new JsonObject { ["type"] = "transcript.text.done", ["text"] = text, ["usage"] = AudioUsage(text, inputTokens) });
        await sse.DoneAsync();
    }

    private static Task PlainAsync(Call call, string text) => call.SendBytesAsync(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    private static JsonObject Short(string text, int inputTokens) => new() { ["text"] = text, ["usage"] = AudioUsage(text, inputTokens) };

    private static JsonObject AudioUsage(string text, int inputTokens)
    {
        var usage = Usage(inputTokens, TokenText.Count(text));
        usage.Insert(0, "type", "tokens");
        usage["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = inputTokens };
        return usage;
    }

    private static JsonObject Usage(int input, int output) =>
        new() { ["input_tokens"] = input, ["output_tokens"] = output, ["total_tokens"] = input + output };

    private static JsonObject Verbose(string text, double seconds, bool translates) => new()
    {
        ["task"] = translates ? "translate" : "transcribe",
        ["language"] = "english",
        ["duration"] = seconds,
        ["text"] = text,
        ["segments"] = new JsonArray(new JsonObject
        {
            ["id"] = 0,
            ["seek"] = 0,
            ["start"] = 0.0,
            ["end"] = seconds,
            ["text"] = text,
            ["tokens"] = new JsonArray([.. TokenText.Split(text).Select(static t => JsonValue.Create((int)(Hashing.Of(t) % 50_000)))]),
            ["temperature"] = 0.0,
            ["avg_logprob"] = -0.25,
            ["compression_ratio"] = 1.0,
            ["no_speech_prob"] = 0.01,
        }),
        ["usage"] = new JsonObject { ["type"] = "duration", ["seconds"] = (int)Math.Ceiling(seconds) },
    };

    private static string Clock(double seconds, char mark) =>
        TimeSpan.FromSeconds(seconds).ToString($"hh\\:mm\\:ss\\{mark}fff", CultureInfo.InvariantCulture);
}
