using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Providers that are asked in OpenAI's responses (<see href="https://platform.openai.com/docs/api-reference/responses"/>). Nothing is left
/// with them: each request holds the whole conversation, and thoughts come back encrypted.
/// </summary>
public sealed class OpenAIResponsesUpstream : UpstreamDialect
{
    /// <summary>It has no state.</summary>
    public static OpenAIResponsesUpstream Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => OpenAIResponsesClient.DialectName;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => OpenAIResponses.Rules.All;

    /// <inheritdoc/>
    public override bool TakesAddress(Part part) => part is MediaPart { Kind: MediaKind.Image } or DocumentPart;

    /// <inheritdoc/>
    public override bool WritesOneAnswer => true;

    /// <inheritdoc/>
    public override void WriteRequest(IBufferWriter<byte> output, ChatRequest request, string model, FidelityLog log)
        => new RequestWriter(request, model, log).Write(output);

    /// <inheritdoc/>
    public override void ReadResponse(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events)
        => ResponseReader.Read(body, request, events);

    /// <inheritdoc/>
    public override EventReader CreateEventReader(ChatRequest request) => new OpenAIResponsesEventReader(request);
}
