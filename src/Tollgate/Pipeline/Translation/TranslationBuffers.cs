using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Translation;

/// <summary>The buffers of a translation: what a provider is asked, what it answers, what the client gets. Kept with the pooled request, as long as they are small.</summary>
internal sealed class TranslationBuffers
{
    private const int Smallest = 8 * 1024;
    private const int LargestKept = 128 * 1024;
    private const int FewEvents = 8;
    private const int MostEventsKept = 256;

    private ArrayBufferWriter<byte>? _asked;
    private ArrayBufferWriter<byte>? _answer;
    private ArrayBufferWriter<byte>? _output;
    private List<ChatEvent>? _events;

    /// <summary>For the request of the next attempt.</summary>
    /// <param name="isInUse">True when the one before may still be sent from the old one: the collector takes that.</param>
    internal ArrayBufferWriter<byte> Asked(bool isInUse)
    {
        if (isInUse) _asked = null;
        return Emptied(ref _asked);
    }

    /// <summary>For the provider's whole answer.</summary>
    internal ArrayBufferWriter<byte> Answer() => Emptied(ref _answer);

    /// <summary>For what the client gets of it.</summary>
    internal ArrayBufferWriter<byte> Output() => Emptied(ref _output);

    /// <summary>For the events of an answer, or of what of it came at once.</summary>
    internal List<ChatEvent> Events()
    {
        _events ??= new List<ChatEvent>(FewEvents);
        _events.Clear();
        return _events;
    }

    /// <summary>The request ends.</summary>
    internal void Release(bool isInUse)
    {
        if (isInUse) _asked = null;
        Trim(ref _asked);
        Trim(ref _answer);
        Trim(ref _output);
        if (_events?.Capacity > MostEventsKept) _events = null;
        else _events?.Clear(); // what they hold is let go
    }

    private static ArrayBufferWriter<byte> Emptied(ref ArrayBufferWriter<byte>? buffer)
    {
        if (buffer is null) return buffer = new ArrayBufferWriter<byte>(Smallest);
        buffer.ResetWrittenCount();
        return buffer;
    }

    private static void Trim(ref ArrayBufferWriter<byte>? buffer)
    {
        if (buffer?.Capacity > LargestKept) buffer = null;
    }
}
