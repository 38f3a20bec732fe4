using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>What every <c>chat.completion.chunk</c> of a stream has around what it says.</summary>
internal sealed class ChunkWriter(AnswerContext context)
{
    private const int SizeOfTemplate = 384;

    private AnswerHead? _head;
    private List<(string Name, RawJson Json)>? _members;

    /// <summary>What goes between the beginning and the end of a delta.</summary>
    public delegate void Saying<T>(Utf8JsonWriter json, T what)
        where T : allows ref struct;

    /// <summary>Id, model and time, once they are known.</summary>
    public void Begin(in ChatEvent start) => _head = AnswerHead.Of(start.Id, start.Name, start.Created, context);

    /// <summary>A member of every chunk from now on, as OpenAI has it.</summary>
    public void Keep((string Name, RawJson Json) member)
    {
        _members ??= [];
        _members.RemoveAll(m => m.Name == member.Name);
        _members.Add(member);
    }

    /// <summary>A chunk that says something in the delta of one choice.</summary>
    public void WriteDelta<T>(IBufferWriter<byte> output, int choice, T what, Saying<T> say)
        where T : allows ref struct
    {
        using var rented = Open(output, choice);
        say(rented.Json, what);
        rented.Json.WriteEndObject();
        Close(rented.Json, finish: null, output);
    }

    /// <summary>The same with nothing in the delta and something in the choice.</summary>
    public void WriteChoice<T>(IBufferWriter<byte> output, int choice, T what, Saying<T> say)
    {
        using var rented = Open(output, choice);
        rented.Json.WriteEndObject();
        say(rented.Json, what);
        Close(rented.Json, finish: null, output);
    }

    /// <summary>The last chunk of a choice.</summary>
    public void WriteFinish(IBufferWriter<byte> output, int choice, FinishReason finish)
    {
        using var rented = Open(output, choice);
        rented.Json.WriteEndObject();
        Close(rented.Json, finish, output);
    }

    /// <summary>The chunk without choices at the end.</summary>
    public void WriteUsage(IBufferWriter<byte> output, in TokenUsage usage)
    {
        using var rented = Open(output);
        rented.Json.WriteStartArray("choices"u8);
        rented.Json.WriteEndArray();
        if (usage.IsKnown) Usage.Write(rented.Json, usage);
        else rented.Json.WriteNull("usage"u8); // nobody knows: zero would be a claim
        Close(rented.Json, output);
    }

    /// <summary>An error in the place of a chunk.</summary>
    public static void WriteError(IBufferWriter<byte> output, in ChatEvent step)
    {
        output.Write("data: "u8);
        using var rented = RentedWriter.Checked(output);
        rented.Json.WriteStartObject();
        rented.Json.WriteStartObject("error"u8);
        rented.Json.WriteText("message"u8, step.Text ?? "The provider failed.");
        rented.Json.WriteText("type"u8, step.Name ?? "server_error");
        rented.Json.WriteNull("param"u8);
        rented.Json.WriteNull("code"u8);
        rented.Json.WriteEndObject();
        Close(rented.Json, output);
    }

    /// <summary>The chunk with a text of its own left empty; good until <see cref="Begin"/> or <see cref="Keep"/>.</summary>
    /// <param name="choice">Whose delta it is.</param>
    /// <param name="member">The member that the text is of, which must be the last of what is said.</param>
    /// <param name="call">Number of the call that it belongs to, for <c>arguments</c>; else null.</param>
    public TextTemplate TemplateOf(int choice, ReadOnlySpan<byte> member, int? call)
    {
        var output = new ArrayBufferWriter<byte>(SizeOfTemplate);
        using var rented = Open(output, choice);
        var json = rented.Json;
        if (call is { } number) OpenCall(json, number);
        json.WriteString(member, ""u8);
        var at = "data: ".Length + (int)(json.BytesCommitted + json.BytesPending) - 1;
        if (call is not null) CloseCall(json);
        json.WriteEndObject();
        Close(json, finish: null, output);
        return new TextTemplate(output.WrittenMemory, at);
    }

    /// <summary>A call with more of its arguments, up to the inside of its function.</summary>
    public static void OpenCall(Utf8JsonWriter json, int number)
    {
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, number);
        json.WriteStartObject("function"u8);
    }

    public static void CloseCall(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private RentedWriter Open(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        var rented = RentedWriter.Checked(output);
        rented.Json.WriteStartObject();
        _head ??= AnswerHead.Of(null, null, 0, context);
        _head.Value.Write(rented.Json, "chat.completion.chunk"u8);
        foreach (var (name, json) in _members ?? [])
        {
            rented.Json.WritePropertyName(name);
            rented.Json.WriteRaw(json);
        }

        return rented;
    }

    /// <summary>Up to the inside of the choice's delta.</summary>
    private RentedWriter Open(IBufferWriter<byte> output, int choice)
    {
        var rented = Open(output);
        rented.Json.WriteStartArray("choices"u8);
        rented.Json.WriteStartObject();
        rented.Json.WriteNumber("index"u8, choice);
        rented.Json.WriteStartObject("delta"u8);
        return rented;
    }

    private void Close(Utf8JsonWriter json, FinishReason? finish, IBufferWriter<byte> output)
    {
        if (finish is { } reason) json.WriteString("finish_reason"u8, Finish.Write(reason));
        else json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        if (context.Request.IncludeUsage) json.WriteNull("usage"u8);
        Close(json, output);
    }

    private static void Close(Utf8JsonWriter json, IBufferWriter<byte> output)
    {
        json.WriteEndObject();
        json.Flush();
        output.Write("\n\n"u8);
    }
}
