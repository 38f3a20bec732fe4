using Tollgate.Protocols;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Dialects.OpenAIResponses;

namespace Tollgate.Pipeline.Translation;

/// <summary>The dialects of chat: which operation a client speaks, and how a provider is asked. A new dialect is a line here.</summary>
internal static class DialectSet
{
    private static readonly OpenAIChatClient OpenAIClient = new();
    private static readonly OpenAIResponsesClient ResponsesClient = new();
    private static readonly AnthropicMessagesClient AnthropicClient = new();
    private static readonly UpstreamDialect[] Upstreams = [new OpenAIChatUpstream(), new OpenAIResponsesUpstream(), new AnthropicMessagesUpstream(), new BedrockConverseUpstream(), new GeminiGenerateUpstream()];

    /// <summary>All that providers can be asked in.</summary>
    internal static IReadOnlyList<UpstreamDialect> All => Upstreams;

    /// <summary>All that clients can ask in.</summary>
    internal static IReadOnlyList<ClientDialect> Clients { get; } = [OpenAIClient, ResponsesClient, AnthropicClient];

    /// <summary>The client's dialect of an operation, or null when it is not chat.</summary>
    internal static ClientDialect? Client(Operation operation) =>
        operation == Operations.Chat ? OpenAIClient : operation == Operations.Messages ? AnthropicClient : operation == Operations.Responses ? ResponsesClient : null;

    /// <summary>The provider's dialect of that name, or null.</summary>
    internal static UpstreamDialect? Upstream(string name) => Array.Find(Upstreams, u => u.Name == name);

    /// <summary>The operation that a provider is asked for in its dialect; dialects whose envelope builds the path alone use chat's.</summary>
    internal static Operation OperationOf(UpstreamDialect upstream) => upstream.Name switch
    {
        "anthropic.messages" => Operations.Messages,
        "openai.responses" => Operations.Responses,
        _ => Operations.Chat,
    };
}
