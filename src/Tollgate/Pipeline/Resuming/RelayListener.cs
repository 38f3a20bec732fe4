using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Framing;

namespace Tollgate.Pipeline.Resuming;

/// <summary>Reads along while a provider's own frames are relayed, for the transcript.</summary>
internal sealed class RelayListener
{
    private readonly Transcript _transcript;
    private readonly EventReader _reader;
    private readonly List<ChatEvent> _events = [];
    private int _blocks;

    private RelayListener(Transcript transcript, EventReader reader) => (_transcript, _reader) = (transcript, reader);

    /// <summary>Null for clients whose events are numbered through: those of another provider could not follow.</summary>
    internal static RelayListener? Of(GatewayRequest request, ResumableStream? stream)
    {
        if (stream is null || request.Operation == Operations.Responses) return null;
        var dialect = DialectSet.Upstream(DialectSet.Client(request.Operation)!.Name)!;
        return new RelayListener(stream.Transcript, dialect.CreateEventReader(request.Chat!));
    }

    internal void Hear(in SseFrame frame)
    {
        if (!frame.HasData || frame.IsMultiline) return;
        if (frame.Event.SequenceEqual("content_block_start"u8)) _blocks++;
        _reader.Read(frame.Event, frame.Data, isException: false, _events);
        foreach (var step in _events) _transcript.Add(step);
        _events.Clear();

        // Blocks in which nothing was said make no events, and then the numbers of later ones do not agree with the client's.
        if (_blocks > 0 && _transcript.OpenBlock >= 0 && _transcript.OpenBlock != _blocks - 1) _transcript.Spoil();
    }
}
