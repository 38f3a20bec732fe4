using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Clients of OpenAI's responses (<see href="https://platform.openai.com/docs/api-reference/responses"/>) at providers that keep nothing:
/// the whole conversation comes with each request, and what only its maker can read comes back in <c>encrypted_content</c>.
/// </summary>
public sealed class OpenAIResponsesClient : ClientDialect
{
    internal const string DialectName = "openai.responses";

    /// <summary>It has no state.</summary>
    public static OpenAIResponsesClient Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => DialectName;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> RequestRules => ClientRules.All;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> AnswerRules => OpenAIResponses.AnswerRules.All;

    /// <inheritdoc/>
    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body) => RequestReader.Read(body);

    /// <inheritdoc/>
    public override void WriteResponse(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
        => ResponseWriter.Write(output, response, context);

    /// <inheritdoc/>
    public override EventWriter CreateEventWriter(AnswerContext context) => new OpenAIResponsesEventWriter(context);
}
