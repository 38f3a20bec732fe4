using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Translators.Completions;

/// <summary>Several completions as so many conversations. Their choices are numbered through, prompt by prompt.</summary>
internal sealed class CompletionsExchange(UpstreamDialect upstream, CompletionsRequest asked, IReadOnlyList<UpstreamCall> calls, IReadOnlyList<ChatRequest> conversations)
    : Exchange(calls)
{
    private ChatResponse? _first;

    public override string ContentType => asked.Settings.Stream ? "text/event-stream" : "application/json";

    /// <summary>Of several the first, whose names the client is told, too.</summary>
    public override ChatResponse? Whole => _first;

    public override TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context)
    {
        var events = answers.Select((answer, i) => Read(answer, conversations[i])).ToList();
        var responses = events.ConvertAll(Fold);
        var usage = Sum(responses);
        _first = responses.FirstOrDefault();
        var about = new AnswerContext(context.RequestId, context.Model, context.Now, asked.Settings);
        if (asked.Settings.Stream) WriteStream(output, events, usage, about);
        else WriteWhole(output, responses, usage, about);
        return usage;
    }

    private List<ChatEvent> Read(UpstreamAnswer answer, ChatRequest chat)
    {
        var events = new List<ChatEvent>();
        upstream.ReadResponse(answer.Body, chat, events);
        return events;
    }

    private static ChatResponse Fold(List<ChatEvent> events)
    {
        var response = new ChatResponse();
        foreach (var step in events) response.Add(step);
        if (response.Error is { } error) throw new FormatException(error.Text ?? "It is an error.");
        return response;
    }

    private static TokenUsage Sum(List<ChatResponse> responses) => new()
    {
        Input = Sum(responses, u => u.Input),
        CachedInput = Sum(responses, u => u.CachedInput),
        CacheCreation = Sum(responses, u => u.CacheCreation),
        Output = Sum(responses, u => u.Output),
        Reasoning = Sum(responses, u => u.Reasoning),
    };

    private static long? Sum(List<ChatResponse> responses, Func<TokenUsage, long?> count) =>
        responses.TrueForAll(r => count(r.Usage) is null) ? null : responses.Sum(r => count(r.Usage));

    private static void WriteWhole(IBufferWriter<byte> output, List<ChatResponse> responses, TokenUsage usage, AnswerContext context)
    {
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        CompletionsClient.WriteHead(json, responses[0].Id, responses[0].Model, responses[0].Created, context);
        json.WriteStartArray("choices"u8);
        for (var i = 0; i < responses.Count; i++)
        {
            foreach (var choice in responses[i].Choices.Take(1)) CompletionsClient.WriteChoice(json, choice, i);
        }

        json.WriteEndArray();
        Dialects.OpenAIChat.Usage.Write(json, usage);
        json.WriteEndObject();
    }

    /// <summary>The client gets its stream, if only when every answer is there.</summary>
    private static void WriteStream(IBufferWriter<byte> output, List<List<ChatEvent>> events, TokenUsage usage, AnswerContext context)
    {
        var writer = new CompletionsEventWriter(context);
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var step in events[i])
            {
                if (step.Kind == ChatEventKind.Start ? i == 0 : step.Kind is not (ChatEventKind.End or ChatEventKind.Usage)) writer.Write(step with { Choice = i }, output);
            }
        }

        writer.Write(new ChatEvent(ChatEventKind.Usage) { Usage = usage }, output);
        writer.Write(new ChatEvent(ChatEventKind.End), output);
    }
}
