namespace Tollgate.Protocols.Usage;

/// <summary>
/// Image generation and edits (<see href="https://platform.openai.com/docs/api-reference/images"/>): token usage where the model
/// bills by tokens, and the number of images where the answer is small enough to count them.
/// </summary>
internal sealed class ImagesTap : UsageTap
{
    private protected override FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var whole = NamedEvents.LooksWhole(data);
        name = NamedEvents.NameOf(name, data);
        if (name.SequenceEqual("error"u8)) return FrameKind.Error;
        if (name.SequenceEqual("[DONE]"u8)) return FrameKind.End;
        if (!whole) return FrameKind.Other;
        if (name.EndsWith(".partial_image"u8)) return FrameKind.Content;
        if (!name.EndsWith(".completed"u8)) return FrameKind.Other;

        // One such event per image, and nothing says which is the last: any may be, none closes the stream.
        SawFinish = SawEnd = true;
        Tally.Images = (Tally.Images ?? 0) + 1;
        OpenAIUsage.Read(JsonTail.Find(data, "\"usage\""u8), ref Tally);
        return FrameKind.Content;
    }

    private protected override void Read(UnaryWindow body)
    {
        ReadOpenAIBody(body);
        if (!body.IsWhole) return;
        var members = new JsonMembers(body.Tail);
        while (members.Next())
        {
            if (members.Name.SequenceEqual("data"u8)) Tally.Images = CountOf(members.Value);
        }
    }

    private static long CountOf(ReadOnlySpan<byte> json)
    {
        var count = 0L;
        var images = new JsonElements(json);
        while (images.Next()) count++;
        return count;
    }
}
