namespace Tollgate.Protocols.Usage;

/// <summary>The name of an event in the dialects where data says its <c>type</c> too, so that a lost <c>event</c> line does no harm.</summary>
internal static class NamedEvents
{
    /// <summary>
    /// The name, else the type. Data without either that holds an <c>error</c> is one: so servers end a stream that speak other APIs of OpenAI's
    /// as they speak chat.
    /// </summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (!name.IsEmpty && !name.SequenceEqual("message"u8)) return name; // "message" is what an absent name means
        var failed = false;
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (members.Name.SequenceEqual("type"u8)) return members.Value.Trim((byte)'"');
            failed |= members.Name.SequenceEqual("error"u8) && JsonSkim.IsSet(members.Value);
        }

        if (failed) return "error"u8;
        return data.Trim((byte)' ').SequenceEqual("[DONE]"u8) ? "[DONE]"u8 : default;
    }

    /// <summary>True for JSON that is no object: no event that anybody knows, but nothing that a parser fails on.</summary>
    public static bool IsOtherJson(ReadOnlySpan<byte> data) => data[0] switch
    {
        (byte)'[' or (byte)'"' => JsonSkim.ValueEnd(data, 0) == data.Length,
        (byte)'{' => false,
        _ => data.SequenceEqual("null"u8) || data.SequenceEqual("true"u8) || data.SequenceEqual("false"u8) || JsonSkim.Number(data) is not null,
    };

    /// <summary>True when data is an object that is closed, as far as its last byte tells.</summary>
    public static bool LooksWhole(ReadOnlySpan<byte> data)
    {
        data = data.Trim((byte)' ');
        return data.Length >= 2 && data[0] == '{' && data[^1] == '}';
    }
}
