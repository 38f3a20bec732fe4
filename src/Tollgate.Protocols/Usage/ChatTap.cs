namespace Tollgate.Protocols.Usage;

/// <summary>
/// OpenAI chat completions, and legacy completions. Streams are unnamed <c>data: {chunk}</c> frames with <c>[DONE]</c> at the end
/// (<see href="https://platform.openai.com/docs/api-reference/chat-streaming"/>).
/// </summary>
internal sealed class ChatTap(bool legacy) : UsageTap
{
    // Azure's first chunk has an empty id and model; a server that never names them must not cost a walk per frame.
    private const int FramesSearchedForNames = 4;

    // The choice, the choices, the chunk: what is open around a delta, or a legacy text.
    private const int NestingOfContent = 3;

    private int _frames;

    private ReadOnlySpan<byte> ContentKey => legacy ? "\"text\""u8 : "\"delta\""u8;

    public override void Reset()
    {
        base.Reset();
        _frames = 0;
    }

    private protected override FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        data = data.Trim((byte)' ');
        if (data.SequenceEqual("[DONE]"u8)) return FrameKind.End;
        if (name.SequenceEqual("error"u8)) return FrameKind.Error;
        if (data.IsEmpty) return FrameKind.Other;
        if (!NamedEvents.LooksWhole(data)) return NamedEvents.IsOtherJson(data) ? FrameKind.Other : FrameKind.Unreadable;
        return !NamesWanted() && IsPlainContent(data) ? FrameKind.Content : Walk(data);
    }

    private protected override void Read(UnaryWindow body) => ReadOpenAIBody(body);

    private bool NamesWanted() => (ResponseId is null || ResponseModel is null) && _frames++ < FramesSearchedForNames;

    /// <summary>
    /// The quick way, three vectorised searches: usage and finish reason null or absent, and the first choice says something.
    /// False only means that the frame has to be walked.
    /// </summary>
    private bool IsPlainContent(ReadOnlySpan<byte> data)
    {
        var at = data.IndexOf(ContentKey);
        if (at < 0) return false;
        at = JsonSkim.ValueStart(data, at + ContentKey.Length);
        if (at < 0 || HasValue(data, "\"finish_reason\""u8) || HasValue(data, "\"usage\""u8)) return false;
        var end = JsonSkim.ValueEnd(data, at);
        if (end <= 0 || !JsonSkim.Closes(data, end, NestingOfContent)) return false;
        if (!legacy) return SaysSomething(data[at..end]);
        if (data[at] != '"' || data[at + 1] == '"') return false;
        Measure(end - at - 2);
        return true;
    }

    /// <summary>True when that key may have a value other than null (or an empty string, as some servers have it), at whatever depth.</summary>
    private static bool HasValue(ReadOnlySpan<byte> data, ReadOnlySpan<byte> quotedKey)
    {
        while (true)
        {
            var at = data.IndexOf(quotedKey);
            if (at < 0) return false;
            data = data[(at + quotedKey.Length)..];
            var value = JsonSkim.ValueStart(data, 0);
            if (value >= 0 && data[value] != 'n' && !data[value..].StartsWith("\"\""u8)) return true;
        }
    }

    /// <summary>True when a delta (or message) has a member other than its role that isn't empty.</summary>
    private bool SaysSomething(ReadOnlySpan<byte> delta)
    {
        var members = new JsonMembers(delta);
        while (members.Next())
        {
            if (!JsonSkim.HoldsAnything(members.Value) || members.Name.SequenceEqual("role"u8)) continue;

            // A call's arguments are wrapped in more than they hold.
            Measure(members.Value[0] == '"' ? members.Value.Length - 2 : 0);
            return true;
        }

        return false;
    }

    private FrameKind Walk(ReadOnlySpan<byte> data)
    {
        bool choices = false, content = false, usage = false, error = false;
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (TakeName(members.Name, members.Value)) continue;
            if (members.Name.SequenceEqual("choices"u8))
            {
                ReadChoices(members.Value, out choices, out content);
            }
            else if (members.Name.SequenceEqual("usage"u8) && JsonSkim.IsObject(members.Value))
            {
                usage = true;
                OpenAIUsage.Read(members.Value, ref Tally);
            }
            else if (members.Name.SequenceEqual("error"u8))
            {
                error = JsonSkim.IsSet(members.Value);
            }
        }

        if (error) return FrameKind.Error;
        if (!members.IsClosed) return FrameKind.Unreadable;
        if (content) return FrameKind.Content;
        return usage && !choices ? FrameKind.UsageOnly : FrameKind.Other;
    }

    private bool ReadText(ReadOnlySpan<byte> value)
    {
        if (!JsonSkim.HoldsAnything(value)) return false;
        Measure(value.Length - 2);
        return true;
    }

    private void ReadChoices(ReadOnlySpan<byte> json, out bool any, out bool content)
    {
        any = content = false;
        var choices = new JsonElements(json);
        while (choices.Next())
        {
            any = true;
            var members = new JsonMembers(choices.Current);
            while (members.Next())
            {
                if (members.Name.SequenceEqual("finish_reason"u8)) TakeReason(members.Value);
                else if (members.Name.SequenceEqual("text"u8)) content |= ReadText(members.Value);
                else if (members.Name.SequenceEqual("delta"u8) || members.Name.SequenceEqual("message"u8)) content |= SaysSomething(members.Value);
            }
        }
    }
}
