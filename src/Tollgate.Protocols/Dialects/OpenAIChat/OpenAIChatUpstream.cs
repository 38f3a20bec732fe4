using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Providers that speak OpenAI's chat completions (<see href="https://platform.openai.com/docs/api-reference/chat"/>): OpenAI, Azure, and the
/// many servers that are compatible with them, whose departures from the format are read as what they mean.
/// </summary>
public sealed class OpenAIChatUpstream : UpstreamDialect
{
    /// <summary>It has no state.</summary>
    public static OpenAIChatUpstream Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => OpenAIChatClient.DialectName;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => OpenAIChat.Rules.All;

    /// <inheritdoc/>
    public override bool TakesAddress(Part part) => part is MediaPart { Kind: MediaKind.Image };

    /// <inheritdoc/>
    public override void WriteRequest(IBufferWriter<byte> output, ChatRequest request, string model, FidelityLog log)
        => new RequestWriter(request, model, log).Write(output);

    /// <inheritdoc/>
    public override void ReadResponse(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events)
        => ResponseReader.Read(body, request, events);

    /// <inheritdoc/>
    public override EventReader CreateEventReader(ChatRequest request) => new OpenAIChatEventReader(request);
}
