using System.Buffers;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Framing;

namespace Tollgate.Telemetry.Tracing.Content;

/// <summary>What was asked and answered, read from what the client sent and got: the same for every provider and lane.</summary>
internal static class CapturedChat
{
    /// <summary>The conversation; null when the operation is no chat or the body cannot be read.</summary>
    internal static ChatRequest? Request(GatewayRequest request)
    {
        if (request.Chat is { } known) return known;
        if (DialectSet.Client(request.Operation) is not { } client || request.Body.IsEmpty) return null;
        try
        {
            return client.ReadRequest(request.Body);
        }
        catch (FormatException)
        {
            return null; // relayed all the same: the provider says what is wrong with it
        }
    }

    /// <summary>The answer, as far as it was kept; null when the operation is no chat or nothing can be read.</summary>
    internal static ChatResponse? Answer(GatewayRequest request)
    {
        if (request.Captured is not { WrittenCount: > 0 } captured || DialectSet.Client(request.Operation) is not { } client) return null;
        if (DialectSet.Upstream(client.Name) is not { } dialect || Request(request) is not { } asked) return null;
        try
        {
            return request.Record.Stream ? ReadStream(dialect, asked, captured.WrittenSpan) : ReadWhole(dialect, asked, captured.WrittenMemory);
        }
        catch (FormatException)
        {
            return null; // cut where no more was kept, or no answer at all
        }
    }

    private static ChatResponse ReadWhole(UpstreamDialect dialect, ChatRequest asked, ReadOnlyMemory<byte> body)
    {
        var events = new List<ChatEvent>();
        dialect.ReadResponse(body, asked, events);
        return Fold(events);
    }

    private static ChatResponse ReadStream(UpstreamDialect dialect, ChatRequest asked, ReadOnlySpan<byte> stream)
    {
        var events = new List<ChatEvent>();
        var reader = dialect.CreateEventReader(asked);
        int scanned = 0, length;
        while ((length = Sse.FrameLength(stream, ref scanned)) > 0)
        {
            Read(reader, SseFrame.Parse(stream[..length]), events);
            stream = stream[length..];
            scanned = 0;
        }

        return Fold(events);
    }

    private static void Read(EventReader reader, in SseFrame frame, List<ChatEvent> events)
    {
        if (!frame.HasData) return;
        if (!frame.IsMultiline)
        {
            reader.Read(frame.Event, frame.Data, isException: false, events);
            return;
        }

        var lines = new ArrayBufferWriter<byte>(256);
        frame.CopyData(lines);
        reader.Read(frame.Event, lines.WrittenSpan, isException: false, events);
    }

    private static ChatResponse Fold(List<ChatEvent> events)
    {
        var answer = new ChatResponse();
        foreach (var step in events) answer.Add(step);

        // A stream that broke, or of which no more was kept, leaves a part open.
        foreach (var choice in events.Select(e => e.Choice).Distinct().ToArray()) answer.Add(new ChatEvent(ChatEventKind.BlockEnd) { Choice = choice });
        return answer;
    }
}
