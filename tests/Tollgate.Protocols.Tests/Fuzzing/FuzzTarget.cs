using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Protocols.Tests.Fuzzing;

/// <summary>A reader and what makes inputs for it. The runner catches what the reader's contract allows; anything else is a find.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Make">A new input.</param>
/// <param name="Run">Reads it, and writes what was read wherever it could go.</param>
internal sealed record FuzzTarget(string Name, Func<JsonMutator, byte[]> Make, Action<byte[]> Run)
{
    private static readonly ChatRequest Asked = new()
    {
        Dialect = "openai.chat",
        Turns = [new Turn(Role.User, [new TextPart("hi")])],
        Tools = [new Tool("f", null, default)],
        IncludeUsage = true,
    };

    /// <summary>A client's request, written for every provider.</summary>
    public static FuzzTarget Request(ClientDialect client, byte[][] seeds, params UpstreamDialect[] upstreams) => new(
        client.Name + " request",
        mutator => mutator.Mutate(mutator.Pick(seeds), seeds),
        body =>
        {
            var request = client.ReadRequest(body);
            foreach (var upstream in upstreams)
            {
                foreach (var model in (string[])["claude-sonnet-4-5", "gemini-1.5-pro", "gpt-4o"]) Write(upstream, request, model);
            }
        });

    /// <summary>A provider's whole answer, written for every client.</summary>
    public static FuzzTarget Answer(UpstreamDialect upstream, byte[][] seeds, params ClientDialect[] clients) => new(
        upstream.Name + " answer",
        mutator => mutator.Mutate(mutator.Pick(seeds), seeds),
        body =>
        {
            var events = new List<ChatEvent>();
            upstream.ReadResponse(body, Asked, events);
            Tell(events, clients);
        });

    /// <summary>A provider's stream, frames changed, left out and doubled, written for every client.</summary>
    public static FuzzTarget Stream(UpstreamDialect upstream, string[][] seeds, params ClientDialect[] clients) => new(
        upstream.Name + " stream",
        mutator => Frames(mutator, mutator.Pick(seeds)),
        body =>
        {
            var reader = upstream.CreateEventReader(Asked);
            var events = new List<ChatEvent>();
            foreach (var frame in Encoding.UTF8.GetString(body).Split('\n'))
            {
                var tab = frame.IndexOf('\t', StringComparison.Ordinal);
                reader.Read(Encoding.UTF8.GetBytes(frame[..Math.Max(tab, 0)]), Encoding.UTF8.GetBytes(frame[(tab + 1)..]), isException: frame.Length % 97 == 0, events);
            }

            reader.Complete(events);
            Tell(events, clients);
        });

    private static byte[] Frames(JsonMutator mutator, string[] frames)
    {
        var body = new List<byte>();
        for (var i = 0; i < frames.Length; i++)
        {
            if (mutator.Next(12) == 0) continue;
            var frame = mutator.Next(12) == 0 ? mutator.Pick(frames) : frames[i];
            var tab = frame.IndexOf('\t', StringComparison.Ordinal) + 1;
            var data = Encoding.UTF8.GetBytes(frame[tab..]);
            body.AddRange(Encoding.UTF8.GetBytes(frame[..tab]));
            body.AddRange(mutator.Next(3) == 0 ? mutator.Mutate(data, [.. frames.Select(f => Encoding.UTF8.GetBytes(f[(f.IndexOf('\t', StringComparison.Ordinal) + 1)..]))]) : data);
            body.Add((byte)'\n');
        }

        return [.. body];
    }

    private static void Write(UpstreamDialect upstream, ChatRequest request, string model)
    {
        var (output, log) = (new ArrayBufferWriter<byte>(), new FidelityLog());
        try
        {
            upstream.WriteRequest(output, request, model, log);
        }
        catch (ChatFormatException)
        {
            return; // what only the writer looks into
        }

        if (log.Refusal is null) JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 }).Dispose();
    }

    private static void Tell(List<ChatEvent> events, ClientDialect[] clients)
    {
        foreach (var client in clients)
        {
            var (response, context) = (new ChatResponse(), new AnswerContext("q", "m", 1, Asked));
            var (whole, stream) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            var writer = client.CreateEventWriter(context);
            foreach (var step in events)
            {
                response.Add(step);
                writer.Write(step, stream);
            }

            if (response.Error is null && response.IsWhole)
            {
                client.WriteResponse(whole, response, context);
                JsonDocument.Parse(whole.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 }).Dispose();
            }

            foreach (var line in Encoding.UTF8.GetString(stream.WrittenSpan).Split('\n'))
            {
                if (line.StartsWith("data: {", StringComparison.Ordinal)) JsonDocument.Parse(line["data: ".Length..], new JsonDocumentOptions { MaxDepth = 1000 }).Dispose();
            }
        }
    }
}
