using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Writes the frames of a stream: each named, numbered from 0, on one line
/// (<see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>).
/// </summary>
internal sealed class EventFrames : IDisposable
{
    private readonly Utf8JsonWriter _json = new(new ArrayBufferWriter<byte>(1), WireJson.Options); // reset to the real output for each frame
    private IBufferWriter<byte> _output = null!;
    private long _sequence;

    /// <summary>Where frames go; the pump gives its buffer with each event.</summary>
    public void To(IBufferWriter<byte> output) => _output = output;

    public void Dispose() => _json.Dispose();

    /// <summary>Begins a frame. The caller writes members, then <see cref="End"/>.</summary>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> type)
    {
        _output.Write("event: "u8);
        _output.Write(type);
        _output.Write("\ndata: "u8);
        _json.Reset(_output);
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
        _json.WriteNumber("sequence_number"u8, _sequence++);
        return _json;
    }

    /// <summary>Begins a frame about an item.</summary>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> type, string itemId, int index)
    {
        var json = Begin(type);
        json.WriteText("item_id"u8, itemId);
        json.WriteNumber("output_index"u8, index);
        return json;
    }

    /// <summary>Ends the frame.</summary>
    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _output.Write("\n\n"u8);
    }

    /// <summary>Tells that an item is whole.</summary>
    public void ItemDone(int index, RawJson item)
    {
        var json = Begin("response.output_item.done"u8);
        json.WriteNumber("output_index"u8, index);
        json.WriteRaw("item"u8, item);
        End();
    }

    /// <summary>Begins the announcement of an item: the caller writes its value, then <see cref="End"/>.</summary>
    public Utf8JsonWriter ItemAdded(int index)
    {
        var json = Begin("response.output_item.added"u8);
        json.WriteNumber("output_index"u8, index);
        json.WritePropertyName("item"u8);
        return json;
    }
}
