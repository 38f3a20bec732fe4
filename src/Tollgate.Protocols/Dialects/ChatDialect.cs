using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects;

/// <summary>The client half of a dialect: reads what clients ask, writes what they get.</summary>
public abstract class ClientDialect
{
    /// <summary>Such as <c>openai.chat</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What requests of this dialect can ask and no other dialect can say, whoever is asked; see <see cref="ChatRequest.Unsayable"/>.</summary>
    public virtual IReadOnlyList<FidelityRule> RequestRules => [];

    /// <summary>What of an answer this dialect cannot say.</summary>
    public virtual IReadOnlyList<FidelityRule> AnswerRules => [];

    /// <summary>Reads a request body, which is known to be a JSON object without duplicate names at the top.</summary>
    /// <exception cref="ChatFormatException">It breaks the dialect's rules.</exception>
    public abstract ChatRequest ReadRequest(ReadOnlyMemory<byte> body);

    /// <summary>Writes a whole answer as the body of a 200.</summary>
    public abstract void WriteResponse(IBufferWriter<byte> output, ChatResponse response, AnswerContext context);

    /// <summary>A writer for one stream.</summary>
    public abstract EventWriter CreateEventWriter(AnswerContext context);
}

/// <summary>What a client's answer needs beyond what the provider said.</summary>
/// <param name="RequestId">Id of the request, for dialects whose answers must have an id that the provider did not give.</param>
/// <param name="Model">Model as the provider was asked for it, when it names none.</param>
/// <param name="Now">Unix seconds, when the provider gives no time.</param>
/// <param name="Request">The request that is answered.</param>
public sealed record AnswerContext(string RequestId, string Model, long Now, ChatRequest Request)
{
    /// <summary>Receives what of the answer could not be said, with one of the client dialect's <see cref="ClientDialect.AnswerRules"/>.</summary>
    public FidelityLog Log { get; init; } = new();
}

/// <summary>Writes the frames of one stream in the client's dialect.</summary>
public abstract class EventWriter
{
    /// <summary>Writes what the event means for the client: no frame, one, or several, each whole (SSE). After <see cref="ChatEventKind.End"/> the stream is complete.</summary>
    public abstract void Write(in ChatEvent step, IBufferWriter<byte> output);
}

/// <summary>The upstream half of a dialect: writes what a provider is asked, reads what it answers.</summary>
public abstract class UpstreamDialect
{
    /// <summary>Such as <c>bedrock.converse</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What this dialect cannot say.</summary>
    public abstract IReadOnlyList<FidelityRule> Rules { get; }

    /// <summary>True when a medium or document can be said as the http(s) address that it is at. What cannot may be given inline instead.</summary>
    public virtual bool TakesAddress(Part part) => false;

    /// <summary>Writes a request body. Whatever cannot be said goes to the log, with one of <see cref="Rules"/>; with a refusal in the log the output is not used.</summary>
    /// <param name="output">Receives one JSON object.</param>
    /// <param name="request">As read from the client.</param>
    /// <param name="model">Model as the provider knows it: some rules depend on it.</param>
    /// <param name="log">Receives what could not be said.</param>
    public abstract void WriteRequest(IBufferWriter<byte> output, ChatRequest request, string model, FidelityLog log);

    /// <summary>Reads a whole answer (the body of a 2xx) as the events that a stream would have had, <see cref="ChatEventKind.End"/> included.</summary>
    /// <exception cref="FormatException">It is not an answer in this dialect.</exception>
    public abstract void ReadResponse(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events);

    /// <summary>A reader for one stream.</summary>
    public abstract EventReader CreateEventReader(ChatRequest request);

    /// <summary>True when it writes one answer to a request, whatever is asked for.</summary>
    public virtual bool WritesOneAnswer => false;

    /// <summary>True when the model may be Claude in this dialect's words, and flags of <c>anthropic-beta</c> can be said to it in the extra <c>anthropic_beta</c>.</summary>
    public virtual bool TakesBetas(string model) => false;

    /// <summary>True when the model is known to complete an assistant's turn that stands last (prefill). Whoever is not known to may answer it with an error, or with a new answer.</summary>
    public virtual bool TakesPrefill(string model) => false;
}

/// <summary>Reads the frames of one stream of a provider.</summary>
public abstract class EventReader
{
    /// <summary>Reads one frame: an SSE event, or a message of an AWS event stream. A provider's error becomes <see cref="ChatEventKind.Error"/>.</summary>
    /// <param name="name">SSE event name, or AWS event or exception type; empty when there is none.</param>
    /// <param name="data">The SSE data, or the AWS payload.</param>
    /// <param name="isException">True for an AWS exception or error message.</param>
    /// <param name="events">Receives what it means.</param>
    /// <returns>False when the frame cannot be read: it is skipped.</returns>
    public abstract bool Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events);

    /// <summary>The provider closed the stream. Adds <see cref="ChatEventKind.End"/> if the answer is whole and none was read; adds nothing if it is not.</summary>
    public abstract void Complete(ICollection<ChatEvent> events);
}
