namespace Tollgate.Protocols.Usage;

/// <summary>Answers that are never streamed: an event stream of them is passed on unread, up to an error or <c>[DONE]</c>.</summary>
internal abstract class UnaryTap : UsageTap
{
    private protected override FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.SequenceEqual("error"u8)) return FrameKind.Error;
        if (data.Trim((byte)' ').SequenceEqual("[DONE]"u8)) return FrameKind.End;
        return data.IsEmpty ? FrameKind.Other : FrameKind.Content;
    }
}

/// <summary>Operations without usage.</summary>
internal sealed class PassTap : UnaryTap
{
    private protected override void Read(UnaryWindow body)
    {
    }
}

/// <summary>Embeddings and moderations: model and usage stand behind the data, which may be megabytes.</summary>
internal sealed class EmbeddingsTap : UnaryTap
{
    private protected override void Read(UnaryWindow body) => ReadOpenAIBody(body);
}

/// <summary>Anthropic's <c>count_tokens</c> and OpenAI's <c>responses/input_tokens</c>: <c>{"input_tokens":N}</c>; vLLM's <c>tokenize</c>: <c>{"count":N}</c>.</summary>
internal sealed class CountTokensTap : UnaryTap
{
    private protected override void Read(UnaryWindow body)
    {
        var head = new JsonMembers(body.Head);
        while (head.Next())
        {
            if (head.Name.SequenceEqual("input_tokens"u8) || head.Name.SequenceEqual("count"u8)) Tally.Input = JsonSkim.Count(head.Value);
        }
    }
}

/// <summary>Cohere's rerank (<see href="https://docs.cohere.com/reference/rerank"/>): counts are floats, in <c>meta</c> at the end.</summary>
internal sealed class RerankTap : UnaryTap
{
    private protected override void Read(UnaryWindow body)
    {
        ReadMeta(JsonTail.Find(body.Tail, "\"meta\""u8));
        var head = new JsonMembers(body.Head);
        while (head.Next())
        {
            if (TakeName(head.Name, head.Value)) continue;
            if (head.Name.SequenceEqual("meta"u8) && !Usage.IsKnown) ReadMeta(head.Value);
        }

        if (ResponseId is null) TakeName("id"u8, JsonTail.Find(body.Tail, "\"id\""u8));
    }

    private void ReadMeta(ReadOnlySpan<byte> meta)
    {
        var members = new JsonMembers(meta);
        while (members.Next())
        {
            if (!members.Name.SequenceEqual("billed_units"u8) && !members.Name.SequenceEqual("tokens"u8)) continue;
            var billed = members.Name.SequenceEqual("billed_units"u8);
            var counts = new JsonMembers(members.Value);
            while (counts.Next())
            {
                if (billed && counts.Name.SequenceEqual("search_units"u8)) Tally.SearchUnits = JsonSkim.Count(counts.Value);
                else if (!billed && counts.Name.SequenceEqual("input_tokens"u8)) Tally.Input = JsonSkim.Count(counts.Value);
                else if (!billed && counts.Name.SequenceEqual("output_tokens"u8)) Tally.Output = JsonSkim.Count(counts.Value);
            }
        }
    }
}
