using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Reads a whole response.</summary>
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
            answer.ReadWhole(document.RootElement, events);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException("The provider's answer is not valid JSON.", error);
        }

        if (!answer.IsOver) throw new FormatException("The provider's answer has no 'output', or is not finished: it is no response.");
    }
}
