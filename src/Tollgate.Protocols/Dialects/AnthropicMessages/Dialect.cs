using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Clients that speak Anthropic's Messages API (<see href="https://docs.anthropic.com/en/api/messages"/>).</summary>
public sealed class AnthropicMessagesClient : ClientDialect
{
    /// <summary>The one that is needed: it has no state.</summary>
    public static AnthropicMessagesClient Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => Wire.Dialect;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> RequestRules => BetaHeader.Rules;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> AnswerRules => AnthropicMessages.AnswerRules.All;

    /// <inheritdoc/>
    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => RequestReader.Read(body);

    /// <summary>Reads a request of <c>count_tokens</c>, which is one without a limit.</summary>
    /// <exception cref="ChatFormatException">It breaks the dialect's rules.</exception>
    public static ChatRequest ReadCountRequest(ReadOnlyMemory<byte> body) => RequestReader.Read(body, needsLimit: false);

    /// <inheritdoc/>
    public override void WriteResponse(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
        => ResponseWriter.Write(output, response, context);

    /// <inheritdoc/>
    public override EventWriter CreateEventWriter(AnswerContext context) => new MessageEventWriter(context);
}

/// <summary>
/// Claude behind the Messages API: Anthropic's own, and what Vertex (<c>rawPredict</c>) and Bedrock (<c>invoke</c>) wrap in an
/// envelope (<see href="https://docs.anthropic.com/en/api/messages"/>,
/// <see href="https://docs.anthropic.com/en/build-with-claude/streaming"/>). <c>model</c> and <c>stream</c> are written always: an
/// envelope that has them elsewhere takes them out.
/// </summary>
public sealed class AnthropicMessagesUpstream : UpstreamDialect
{
    /// <summary>The one that is needed: it has no state.</summary>
    public static AnthropicMessagesUpstream Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => Wire.Dialect;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => Fidelity.All;

    /// <inheritdoc/>
    public override bool TakesAddress(Part part) => part is MediaPart { Kind: MediaKind.Image } or DocumentPart;

    /// <inheritdoc/>
    public override void WriteRequest(IBufferWriter<byte> output, ChatRequest request, string model, FidelityLog log)
        => new RequestWriter(request, model, log).Write(output);

    /// <inheritdoc/>
    public override void ReadResponse(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events)
        => ResponseReader.Read(body, request, events);

    /// <inheritdoc/>
    public override EventReader CreateEventReader(ChatRequest request) => new MessageEventReader(request);

    /// <inheritdoc/>
    public override bool WritesOneAnswer => true;

    /// <inheritdoc/>
    public override bool TakesPrefill(string model) => new ModelTraits(model).IsKnownToTakePrefill;
}
