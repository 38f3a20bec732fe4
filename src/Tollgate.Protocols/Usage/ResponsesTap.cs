namespace Tollgate.Protocols.Usage;

/// <summary>
/// OpenAI responses (<see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>). Three events can be the
/// last, and each carries the whole response with its usage.
/// </summary>
internal sealed class ResponsesTap : UsageTap
{
    private protected override FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var whole = NamedEvents.LooksWhole(data);
        name = NamedEvents.NameOf(name, data);
        if (name.SequenceEqual("error"u8)) return FrameKind.Error;
        if (name.SequenceEqual("[DONE]"u8)) return FrameKind.End; // not OpenAI's, but some servers that speak its dialect
        if (!whole) return data.IsEmpty ? FrameKind.Other : FrameKind.Unreadable;
        if (name.EndsWith(".delta"u8)) Measure(0);
        if (name.EndsWith(".delta"u8) || name.EndsWith(".done"u8) || name.EndsWith(".partial_image"u8)) return FrameKind.Content;

        var failed = name.SequenceEqual("response.failed"u8);
        if (failed || name.SequenceEqual("response.completed"u8) || name.SequenceEqual("response.incomplete"u8))
        {
            ReadLast(data, failed);
            return FrameKind.End;
        }

        if (ResponseId is null && name.StartsWith("response."u8)) ReadNames(data);
        return FrameKind.Other;
    }

    private protected override void Read(UnaryWindow body) => ReadOpenAIBody(body);

    private void ReadLast(ReadOnlySpan<byte> data, bool failed)
    {
        SawFinish = true;
        SawError |= failed;
        if (ResponseId is null) ReadNames(data);
        var usage = JsonTail.Find(data, "\"usage\""u8, depth: 2);
        if (!JsonSkim.IsObject(usage)) usage = InResponse(data); // something behind the response has a member of that name
        OpenAIUsage.Read(usage, ref Tally);
        TakeName("service_tier"u8, JsonTail.Find(data, "\"service_tier\""u8, depth: 2));
    }

    private void ReadNames(ReadOnlySpan<byte> data)
    {
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (!members.Name.SequenceEqual("response"u8)) continue;
            var response = new JsonMembers(members.Value);
            while ((ResponseId is null || ResponseModel is null) && response.Next()) TakeName(response.Name, response.Value);
            return;
        }
    }

    private static ReadOnlySpan<byte> InResponse(ReadOnlySpan<byte> data)
    {
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (!members.Name.SequenceEqual("response"u8)) continue;
            return JsonTail.Find(members.Value, "\"usage\""u8);
        }

        return default;
    }
}
