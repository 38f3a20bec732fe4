using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Clients of OpenAI's chat completions (<see href="https://platform.openai.com/docs/api-reference/chat"/>), with what has become common
/// beside it: <c>thinking</c>, <c>reasoning_content</c>, <c>thinking_blocks</c>, <c>cache_control</c>, <c>extra_content</c>.
/// </summary>
public sealed class OpenAIChatClient : ClientDialect
{
    internal const string DialectName = "openai.chat";

    /// <summary>It has no state.</summary>
    public static OpenAIChatClient Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => DialectName;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> AnswerRules => OpenAIChat.AnswerRules.All;

    /// <inheritdoc/>
    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => RequestReader.Read(body);

    /// <inheritdoc/>
    public override void WriteResponse(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
        => ResponseWriter.Write(output, response, context);

    /// <inheritdoc/>
    public override EventWriter CreateEventWriter(AnswerContext context) => new OpenAIChatEventWriter(context);
}
