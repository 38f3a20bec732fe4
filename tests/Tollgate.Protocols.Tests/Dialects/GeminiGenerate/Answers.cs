using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

/// <summary>Answers of the provider, and what is read of them.</summary>
internal static class Answers
{
    public static List<ChatEvent> Unary(string body, ChatRequest? request = null)
    {
        var events = new List<ChatEvent>();
        GeminiGenerateUpstream.Instance.ReadResponse(Encoding.UTF8.GetBytes(body), request ?? Asking.Hi, events);
        return events;
    }

    public static List<ChatEvent> Stream(params string[] frames) => Stream(Asking.Hi, frames);

    public static List<ChatEvent> Stream(ChatRequest request, params string[] frames)
    {
        var events = new List<ChatEvent>();
        var reader = GeminiGenerateUpstream.Instance.CreateEventReader(request);
        foreach (var frame in frames) reader.Read(default, Encoding.UTF8.GetBytes(frame), isException: false, events);
        reader.Complete(events);
        return events;
    }

    public static ChatResponse Fold(IEnumerable<ChatEvent> events)
    {
        var response = new ChatResponse();
        foreach (var step in events) response.Add(step);
        return response;
    }

    /// <summary>Everything in a response, as text that tests compare.</summary>
    public static string Told(this ChatResponse response)
    {
        var text = new StringBuilder();
        text.AppendLine($"{response.Id} {response.Model} {response.Created} {response.Usage} whole={response.IsWhole} error={response.Error}");
        foreach (var choice in response.Choices)
        {
            text.AppendLine($"choice {choice.Index} {choice.Finish} {choice.NativeFinish} {choice.StopSequence}");
            foreach (var part in choice.Parts) text.AppendLine(part is TextPart t ? $"text {t.Text} {t.Annotations} {t.AnnotationsDialect}" : part.ToString());
            foreach (var logprobs in choice.Logprobs) text.AppendLine(logprobs.ToString());
        }

        return text.ToString();
    }

    /// <summary>The rules of the form: Start first and once, blocks one after the other with rising numbers, nothing after End.</summary>
    public static void ShouldBeInOrder(this IReadOnlyList<ChatEvent> events)
    {
        events[0].Kind.ShouldBe(ChatEventKind.Start);
        events.Count(e => e.Kind == ChatEventKind.Start).ShouldBe(1);
        events.ToList().FindIndex(e => e.Kind == ChatEventKind.End).ShouldBeOneOf(-1, events.Count - 1);
        foreach (var choice in events.Where(e => IsBlock(e.Kind)).GroupBy(e => e.Choice)) ShouldBeBlocks([.. choice]);
    }

    private static void ShouldBeBlocks(ChatEvent[] steps)
    {
        var (next, isOpen) = (0, false);
        foreach (var step in steps)
        {
            step.Index.ShouldBe(next);
            isOpen = step.Kind != ChatEventKind.BlockEnd;
            if (!isOpen) next++;
        }

        isOpen.ShouldBeFalse();
    }

    private static bool IsBlock(ChatEventKind kind) => kind is ChatEventKind.Text or ChatEventKind.Refusal or ChatEventKind.Reasoning
        or ChatEventKind.ReasoningToken or ChatEventKind.ToolCall or ChatEventKind.Arguments or ChatEventKind.Annotations or ChatEventKind.BlockEnd;
}
