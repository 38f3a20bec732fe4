namespace Tollgate.Protocols.Usage;

/// <summary>Anthropic messages (<see href="https://docs.anthropic.com/en/docs/build-with-claude/streaming"/>).</summary>
internal sealed class MessagesTap : UsageTap
{
    // {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}: what is left is the text.
    private const int DeltaEnvelope = 81;

    private AnthropicUsage _usage;

    public override void Reset()
    {
        base.Reset();
        _usage = default;
    }

    private protected override FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (!NamedEvents.LooksWhole(data)) return name.SequenceEqual("error"u8) ? FrameKind.Error : data.IsEmpty || data.SequenceEqual("[DONE]"u8) ? FrameKind.Other : FrameKind.Unreadable;
        name = NamedEvents.NameOf(name, data);
        if (name.SequenceEqual("error"u8)) return FrameKind.Error;
        if (!EndsAsDeltasDo(data) && !IsClosed(data)) return FrameKind.Unreadable;

        // A delta never has usage: by far the most frames end here, their content unread.
        if (name.SequenceEqual("content_block_delta"u8)) return ReadDelta(data);
        if (name.SequenceEqual("content_block_start"u8)) return StartsWithContent(data) ? FrameKind.Content : FrameKind.Other;
        if (name.SequenceEqual("message_stop"u8)) return FrameKind.End;
        if (name.SequenceEqual("message_start"u8) || name.SequenceEqual("message_delta"u8)) ReadMessage(data, "message"u8);
        return FrameKind.Other;
    }

    private FrameKind ReadDelta(ReadOnlySpan<byte> data)
    {
        if (!SawContent && IsEmptyDelta(data)) return FrameKind.Other;
        Measure(data.Length - DeltaEnvelope);
        return FrameKind.Content;
    }

    private protected override void Read(UnaryWindow body)
    {
        ReadMessage(body.Head, default);
        if (!Usage.IsKnown) _usage.Read(JsonTail.Find(body.Tail, "\"usage\""u8), ref Tally);
        if (ResponseModel is null) TakeName("model"u8, JsonTail.Find(body.Tail, "\"model\""u8));
    }

    /// <summary>Reads a message, what a <c>message_start</c> wraps around one, or a <c>message_delta</c>.</summary>
    private void ReadMessage(ReadOnlySpan<byte> json, ReadOnlySpan<byte> wrapper)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (TakeName(members.Name, members.Value)) continue;
            if (members.Name.SequenceEqual("usage"u8)) _usage.Read(members.Value, ref Tally);
            else if (members.Name.SequenceEqual("stop_reason"u8)) TakeReason(members.Value);
            else if (members.Name.SequenceEqual("error"u8)) SawError |= JsonSkim.IsSet(members.Value);
            else if (members.Name.SequenceEqual("delta"u8)) ReadMessage(members.Value, default);
            else if (!wrapper.IsEmpty && members.Name.SequenceEqual(wrapper)) ReadMessage(members.Value, default);
        }
    }

    /// <summary>The quick way: nearly every frame ends with a text, its delta and itself. False only means that it has to be walked.</summary>
    private static bool EndsAsDeltasDo(ReadOnlySpan<byte> data)
    {
        data = data.TrimEnd((byte)' ');
        return data.EndsWith("\"}}"u8) && data.Length > 4 && data[^4] != '\\';
    }

    private static bool IsClosed(ReadOnlySpan<byte> data)
    {
        var members = new JsonMembers(data);
        while (members.Next()) continue;
        return members.IsClosed;
    }

    /// <summary>Tool input often begins with an empty fragment: nothing of the answer has come yet.</summary>
    private static bool IsEmptyDelta(ReadOnlySpan<byte> data)
    {
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (!members.Name.SequenceEqual("delta"u8)) continue;
            var delta = new JsonMembers(members.Value);
            while (delta.Next())
            {
                if (!delta.Name.SequenceEqual("type"u8) && JsonSkim.HoldsAnything(delta.Value)) return false;
            }
        }

        return true;
    }

    /// <summary>Text and thinking blocks open empty; a tool call and redacted thinking say something by being opened.</summary>
    private static bool StartsWithContent(ReadOnlySpan<byte> data)
    {
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (!members.Name.SequenceEqual("content_block"u8)) continue;
            var block = new JsonMembers(members.Value);
            while (block.Next())
            {
                if (block.Name.SequenceEqual("type"u8))
                {
                    if (!block.Value.SequenceEqual("\"text\""u8) && !block.Value.SequenceEqual("\"thinking\""u8)) return true;
                }
                else if (JsonSkim.HoldsAnything(block.Value))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
