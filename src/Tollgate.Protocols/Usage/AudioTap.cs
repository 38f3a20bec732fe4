namespace Tollgate.Protocols.Usage;

/// <summary>
/// Speech, transcriptions and translations (<see href="https://platform.openai.com/docs/api-reference/audio"/>). Usage is in tokens
/// or in seconds; plain text, subtitles and sound have none.
/// </summary>
internal sealed class AudioTap : UsageTap
{
    private protected override FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var whole = NamedEvents.LooksWhole(data);
        name = NamedEvents.NameOf(name, data);
        if (name.SequenceEqual("error"u8)) return FrameKind.Error;
        if (name.SequenceEqual("[DONE]"u8)) return FrameKind.End;
        if (!whole) return FrameKind.Other;
        if (name.EndsWith(".delta"u8) || name.EndsWith(".segment"u8)) return FrameKind.Content;
        if (!name.SequenceEqual("transcript.text.done"u8) && !name.SequenceEqual("speech.audio.done"u8)) return FrameKind.Other;

        SawFinish = true;
        OpenAIUsage.Read(JsonTail.Find(data, "\"usage\""u8), ref Tally);
        return FrameKind.End;
    }

    private protected override void Read(UnaryWindow body) => ReadOpenAIBody(body);
}
