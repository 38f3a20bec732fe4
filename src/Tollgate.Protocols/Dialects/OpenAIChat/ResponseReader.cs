using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads a <c>chat.completion</c>.</summary>
internal static class ResponseReader
{
    /// <summary>Adds the events of a whole answer; the provider's error, if the body holds one instead.</summary>
    /// <exception cref="FormatException">The body is no answer.</exception>
    public static void Read(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events)
    {
        var answer = new AnswerReader(request);
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            answer.ReadChunk(document.RootElement, isError: false, events);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException("The provider's answer is not valid JSON.", error);
        }

        if (answer.IsOver) return;
        if (!answer.HasChoices) throw new FormatException("The provider's answer has no 'choices': it is no chat completion.");
        answer.Done(events);
    }
}
