using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Protocols.Translators;

/// <summary>One client request on its way through a provider's own API: what is called, and how the answers become one.</summary>
/// <param name="calls">In order; empty when nothing has to be asked.</param>
public abstract class Exchange(IReadOnlyList<UpstreamCall> calls)
{
    /// <summary>What is called. The order is that of the answers, not of time: they may run side by side.</summary>
    public IReadOnlyList<UpstreamCall> Calls { get; } = calls;

    /// <summary>Media type of what <see cref="Fold"/> writes.</summary>
    public virtual string ContentType => "application/json";

    /// <summary>
    /// Set when it is no more than one conversation whose answer is wanted as a stream: it is translated as chat is, and nothing else of
    /// the exchange is used. Null for all others.
    /// </summary>
    public StreamedChat? Streamed { get; init; }

    /// <summary>Names what in the answer is an estimate, for a response header; null when nothing is.</summary>
    public virtual string? Estimated => null;

    /// <summary>The answer as one of chat, once it is folded; null when it is none.</summary>
    public virtual ChatResponse? Whole => null;

    /// <summary>What of the answers the client's dialect could not say, once they are folded.</summary>
    public virtual FidelityLog? Unsaid => null;

    /// <summary>Writes the client's answer from those of all calls.</summary>
    /// <param name="output">Receives the body of a 200.</param>
    /// <param name="answers">One for each call, in their order; each had a status of success.</param>
    /// <param name="context">What the answer needs beyond what the provider said.</param>
    /// <returns>What all calls consumed together.</returns>
    /// <exception cref="FormatException">An answer is not what the provider's API says it is.</exception>
    public abstract TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context);
}

/// <summary>A conversation that is answered as a stream.</summary>
/// <param name="Client">Writes the stream.</param>
/// <param name="Request">What is asked.</param>
public sealed record StreamedChat(ClientDialect Client, ChatRequest Request);

/// <summary>One request to a provider.</summary>
/// <param name="Verb">
/// What follows the model, as the provider's API has it: <c>invoke</c> on Bedrock, <c>:predict</c> on Vertex AI; for a provider that is
/// asked at plain paths, the path. Ignored when <see cref="As"/> is set.
/// </param>
/// <param name="Body">One JSON object.</param>
public sealed record UpstreamCall(string Verb, ReadOnlyMemory<byte> Body)
{
    /// <summary>Set: it is asked as this operation is, which the provider speaks, its envelope put around the body.</summary>
    public Operation? As { get; init; }

    /// <summary>The model to be named in place of the request's own; null: the request's.</summary>
    public string? Model { get; init; }

    /// <summary>True: the body holds another one inside, and the operator's changes to bodies do not belong on the outer.</summary>
    public bool IsWrapper { get; init; }
}

/// <summary>A provider's answer to one call.</summary>
/// <param name="Body">As it came, without content encoding.</param>
public sealed record UpstreamAnswer(ReadOnlyMemory<byte> Body)
{
    /// <summary>Tokens read, where the provider tells it in a header (Bedrock's <c>x-amzn-bedrock-input-token-count</c>).</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens written, likewise.</summary>
    public long? OutputTokens { get; init; }
}

/// <summary>What a client's answer needs beyond what the provider said.</summary>
/// <param name="RequestId">Id of the request.</param>
/// <param name="Model">Model as the provider was asked for it.</param>
/// <param name="Now">Unix seconds.</param>
public sealed record ExchangeContext(string RequestId, string Model, long Now);

/// <summary>The provider answered that it will not do what was asked, in a body of success: nobody is to be asked again.</summary>
/// <param name="message">In the provider's words, or near them.</param>
public sealed class ExchangeRefusedException(string message) : FormatException(message);
