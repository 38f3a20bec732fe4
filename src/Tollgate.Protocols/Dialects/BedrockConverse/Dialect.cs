using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// AWS Bedrock's Converse and ConverseStream
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>). The model and whether the answer is
/// a stream stand in the path, not in the body.
/// </summary>
public sealed class BedrockConverseUpstream : UpstreamDialect
{
    internal const string DialectName = "bedrock.converse";

    private const int LongestToolName = 64;

    private static readonly SearchValues<char> ToolNameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>The one instance; it has no state.</summary>
    public static BedrockConverseUpstream Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => DialectName;

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => ConverseRules.All;

    /// <inheritdoc/>
    public override void WriteRequest(IBufferWriter<byte> output, ChatRequest request, string model, FidelityLog log) =>
        new RequestWriter(request, ConverseModel.Parse(model), NamesOf(request), log).Write(output);

    /// <inheritdoc/>
    public override void ReadResponse(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events) =>
        new ResponseReader(NamesOf(request), events).Read(body);

    /// <inheritdoc/>
    public override EventReader CreateEventReader(ChatRequest request) => new ConverseEventReader(NamesOf(request));

    /// <inheritdoc/>
    public override bool TakesPrefill(string model) => ConverseModel.Parse(model) is { Family: ModelFamily.Claude, Version: > 0 and < 406 };

    /// <inheritdoc/>
    public override bool WritesOneAnswer => true;

    /// <inheritdoc/>
    public override bool TakesBetas(string model) => ConverseModel.Parse(model).MayBeClaude;

    private static ToolNames NamesOf(ChatRequest request) => new(request, ToolNameCharacters, LongestToolName);
}
