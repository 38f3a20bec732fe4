using System.Text;
using Tollgate.Tests.Configuration;

namespace Tollgate.Tests.Relay;

/// <summary>A stream as a provider sends it, and what of it each client should have.</summary>
internal sealed class StreamFixture
{
    private StreamFixture(string kind, string path, string contentType, byte[][] pieces, byte[][] frames)
    {
        Kind = kind;
        Path = path;
        ContentType = contentType;
        Pieces = pieces;
        Frames = frames;
    }

    public static string[] Names { get; } = ["openai-chat", "openai-completions", "openai-responses", "anthropic-messages", "bedrock-invoke"];

    public string Kind { get; }

    public string Path { get; }

    public string ContentType { get; }

    /// <summary>What the provider sends, one event each.</summary>
    public byte[][] Pieces { get; }

    /// <summary>What a client should have of each piece; empty where the piece is not for it.</summary>
    public byte[][] Frames { get; private init; }

    public byte[] Sent => [.. Pieces.SelectMany(p => p)];

    public byte[] Expected => [.. Frames.SelectMany(f => f)];

    public string Body { get; private init; } = """{"model":"m","stream":true}""";

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="lineEnd">LF, CRLF or CR; not for the binary one.</param>
    public static StreamFixture Load(string name, string lineEnd = "\n")
    {
        if (name == "bedrock-invoke") return Bedrock();
        var text = File.ReadAllText(System.IO.Path.Combine(Repository.Root, "tests", "testdata", "streams", name + ".sse"), Encoding.UTF8);
        var frames = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(f => Encoding.UTF8.GetBytes((f + "\n\n").Replace("\n", lineEnd, StringComparison.Ordinal)))
            .ToArray();
        var (kind, path) = name switch
        {
            "openai-chat" => ("openai", "/v1/chat/completions"),
            "openai-completions" => ("openai", "/v1/completions"),
            "openai-responses" => ("openai", "/v1/responses"),
            _ => ("anthropic", "/v1/messages"),
        };
        return new StreamFixture(kind, path, "text/event-stream", frames, frames).WithholdingUsage();
    }

    /// <summary>The same stream for a client that asked for usage itself.</summary>
    public StreamFixture AskedForUsage() => new(Kind, Path, ContentType, Pieces, Pieces) { Body = """{"model":"m","stream":true,"stream_options":{"include_usage":true}}""" };

    /// <summary>Bytes that the client surely has when <paramref name="sent"/> bytes of the stream have reached the gateway.</summary>
    public int ReadyAt(int sent)
    {
        var ready = 0;
        for (var i = 0; i < Pieces.Length && (sent -= Pieces[i].Length) >= 0; i++) ready += Frames[i].Length;
        return ready;
    }

    private StreamFixture WithholdingUsage() => Kind != "openai" || Path == "/v1/responses"
        ? this
        : new(Kind, Path, ContentType, Pieces, [.. Frames.Select(f => Encoding.UTF8.GetString(f).Contains("\"choices\":[],\"usage\":{", StringComparison.Ordinal) ? [] : f)]);

    private static StreamFixture Bedrock()
    {
        var events = Load("anthropic-messages").Frames
            .Select(f => Encoding.UTF8.GetString(f).Split('\n').FirstOrDefault(l => l.StartsWith("data:", StringComparison.Ordinal))?["data:".Length..].Trim())
            .OfType<string>()
            .ToArray();
        byte[][] pieces = [.. events.Select(EventStreamMessage.Chunk), EventStreamMessage.Event("made-up-event", "{}")];
        byte[][] frames = [.. events.Select(e => Encoding.UTF8.GetBytes($"event: {System.Text.Json.JsonDocument.Parse(e).RootElement.GetProperty("type").GetString()}\ndata: {e}\n\n")), []];
        return new StreamFixture("aws-anthropic", "/v1/messages", "application/vnd.amazon.eventstream", [pieces[^1], .. pieces[..^1]], [frames[^1], .. frames[..^1]]);
    }
}
