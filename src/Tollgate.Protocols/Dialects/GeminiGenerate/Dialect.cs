using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// The upstream half of <c>gemini.generate</c>: generateContent and streamGenerateContent of Vertex AI and the Gemini API
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference). Model and streaming are said in the path, not in the body.
/// </summary>
/// <remarks>
/// Thought signatures come back on the part on which they stood: a call's as its token, a thought's with its text, a text's as a reasoning
/// part without text behind it. Media that the model makes, and code that the provider runs, are told as Markdown text.
/// </remarks>
public sealed class GeminiGenerateUpstream : UpstreamDialect
{
    /// <summary>The one that everybody may use: it has no state.</summary>
    public static GeminiGenerateUpstream Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "gemini.generate";

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => Fidelity.All;

    /// <inheritdoc/>
    public override bool TakesAddress(Part part) => part is MediaPart or DocumentPart;

    /// <inheritdoc/>
    public override void WriteRequest(IBufferWriter<byte> output, ChatRequest request, string model, FidelityLog log) =>
        new RequestWriter(request, model, log).Write(output);

    /// <inheritdoc/>
    public override void ReadResponse(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events)
    {
        try
        {
            var answer = new AnswerReader(request);
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            answer.Read(document.RootElement, events);
            if (!answer.SaidAnything) throw new FormatException("The provider's answer has no candidates, no promptFeedback.blockReason and no error.");
            answer.Complete(events);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("The provider's answer is not a GenerateContentResponse in JSON.", e);
        }
    }

    /// <inheritdoc/>
    public override EventReader CreateEventReader(ChatRequest request) => new GeminiEventReader(request);
}
