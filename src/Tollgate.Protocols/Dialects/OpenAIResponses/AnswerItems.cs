using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>The items of an answer that are whole, in order, as the elements of <c>output</c>.</summary>
internal sealed class AnswerItems(ResponseObject response)
{
    private readonly ArrayBufferWriter<byte> _json = new(256);

    /// <summary>How many there are: the <c>output_index</c> of the next.</summary>
    public int Count { get; private set; }

    /// <summary>All of them, joined by commas.</summary>
    public ReadOnlySpan<byte> Json => _json.WrittenSpan;

    /// <summary>The id that the next item has, should it be of this kind: <c>msg</c>, <c>rs</c>, <c>fc</c> or <c>ctc</c>.</summary>
    public string IdOf(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}_{response.Suffix}_{Count}");

    /// <summary>Adds a message.</summary>
    /// <returns>It, as every <c>Add</c> does.</returns>
    public RawJson AddMessage(bool isCut, IReadOnlyList<(Part Part, RawJson Logprobs)> content)
        => Add(json => ItemWriter.WriteMessage(json, IdOf("msg"), isCut ? "incomplete"u8 : "completed"u8, content));

    public RawJson AddReasoning(string? text, string? encrypted) => Add(json => ItemWriter.WriteReasoning(json, IdOf("rs"), text, encrypted));

    /// <summary>Adds a call; for a tool that takes text, with the text as its arguments.</summary>
    public RawJson AddCall(ToolCallPart call, bool takesText)
        => Add(json => ItemWriter.WriteCall(json, IdOf(takesText ? "ctc" : "fc"), "completed"u8, call, takesText));

    private RawJson Add(Action<Utf8JsonWriter> write)
    {
        if (Count > 0) _json.Write(","u8);
        var start = _json.WrittenCount;
        using (var json = new Utf8JsonWriter(_json, WireJson.Options)) write(json);
        Count++;
        return new RawJson(_json.WrittenMemory[start..]);
    }
}
