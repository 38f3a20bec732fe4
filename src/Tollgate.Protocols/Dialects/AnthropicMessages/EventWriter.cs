using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// Writes a stream of named events: <c>message_start</c>, blocks numbered from 0 without gaps, <c>message_delta</c>,
/// <c>message_stop</c>. Official clients drop events without an <c>event:</c> line, so each has one.
/// </summary>
/// <remarks>
/// <c>message_delta</c> waits for the end: the usage of OpenAI and Bedrock comes after the reason to stop. A stream whose end never
/// comes therefore has no <c>stop_reason</c> either, and looks as broken as it is.
/// </remarks>
internal sealed class MessageEventWriter(AnswerContext context) : EventWriter, IDisposable
{
    private enum Block
    {
        None,
        Text,
        Thinking,
        Redacted,
        Call,
    }

    private const int SizeOfTemplate = 192;

    private Utf8JsonWriter? _writer;
    private TextTemplate? _template;
    private Block _open;
    private int _source;
    private int _index = -1;
    private string? _signature;
    private TokenUsage _usage;
    private string? _tier;
    private ChatEvent? _finish;
    private bool _started;
    private bool _done;
    private bool _called;
    private bool _refused;

    public void Dispose() => _writer?.Dispose();

    public override void Write(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (_done) return;
        if (step.Choice != 0)
        {
            context.Log.Apply(AnswerRules.Choices);
            return;
        }

        switch (step.Kind)
        {
            case ChatEventKind.Error: Fail(output, step); return;
            case ChatEventKind.Start: if (step.HasUsage) _usage = step.Usage!.Value; break;
            case ChatEventKind.Usage: if (step.HasUsage) _usage = step.Usage!.Value; return;
            case ChatEventKind.AnswerExtra or ChatEventKind.ChoiceExtra:
                _tier = AnswerRules.Judge(AnswerExtra.Of(step), context.Log) ?? _tier;
                return;
            case ChatEventKind.Logprobs:
                context.Log.Apply(AnswerRules.Logprobs);
                return;
        }

        if (!_started) Start(output, step);
        switch (step.Kind)
        {
            case ChatEventKind.Text:
            case ChatEventKind.Refusal:
                _refused |= step.Kind == ChatEventKind.Refusal;
                Open(Block.Text, step, output);
                Delta(output, "text_delta"u8, "text"u8, step.Text);
                break;
            case ChatEventKind.Reasoning:
                Open(Block.Thinking, step, output);
                Delta(output, "thinking_delta"u8, "thinking"u8, step.Text);
                break;
            case ChatEventKind.ReasoningToken: Token(output, step); break;
            case ChatEventKind.ToolCall:
                _called = true;
                if (ForeignTokens.OfCall(context.Request, step.Token) is { } data) Open(Block.Redacted, step with { Token = new OpaqueToken(Wire.Minter, OpaqueTokenKind.Redacted, data) }, output);
                else AnswerRules.Judge(step.Token, context.Log);
                Open(Block.Call, step, output);
                break;
            case ChatEventKind.Arguments when _open == Block.Call: Delta(output, "input_json_delta"u8, "partial_json"u8, step.Text); break;
            case ChatEventKind.Annotations: Cite(output, step); break;
            case ChatEventKind.BlockEnd: Close(output); break;
            case ChatEventKind.Finish:
                Close(output);
                _finish = step;
                break;
            case ChatEventKind.End: End(output); break;
        }
    }

    private void Start(IBufferWriter<byte> output, in ChatEvent step)
    {
        _started = true;
        var writer = Begin(output, "message_start"u8);
        writer.WriteStartObject("message"u8);
        var isStart = step.Kind == ChatEventKind.Start;
        ResponseWriter.WriteHead(writer, isStart ? step.Id : null, isStart ? step.Name : null, context);
        writer.WriteStartArray("content"u8);
        writer.WriteEndArray();
        writer.WriteNull("stop_reason"u8);
        writer.WriteNull("stop_sequence"u8);
        Usage.Write(writer, _usage);
        writer.WriteEndObject();
        Send(output);
    }

    private void Open(Block block, in ChatEvent step, IBufferWriter<byte> output)
    {
        if (_open == block && _source == step.Index && step.Kind != ChatEventKind.ToolCall) return;
        Close(output);
        (_open, _source, _index, _template) = (block, step.Index, _index + 1, null);
        var writer = Begin(output, "content_block_start"u8);
        writer.WriteNumber("index"u8, _index);
        writer.WriteStartObject("content_block"u8);
        WriteOpening(writer, block, step);
        writer.WriteEndObject();
        Send(output);
    }

    private static void WriteOpening(Utf8JsonWriter writer, Block block, in ChatEvent step)
    {
        switch (block)
        {
            case Block.Text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, ""u8);
                break;
            case Block.Thinking:
                writer.WriteString("type"u8, "thinking"u8);
                writer.WriteString("thinking"u8, ""u8);
                writer.WriteString("signature"u8, ""u8);
                break;
            case Block.Redacted:
                writer.WriteString("type"u8, "redacted_thinking"u8);
                writer.WriteString("data"u8, step.Token?.Data);
                break;
            default:
                writer.WriteString("type"u8, "tool_use"u8);
                writer.WriteString("id"u8, step.Id);
                writer.WriteString("name"u8, step.Name);
                writer.WriteStartObject("input"u8);
                writer.WriteEndObject();
                break;
        }
    }

    private void Token(IBufferWriter<byte> output, in ChatEvent step)
    {
        var hasText = _open == Block.Thinking && _source == step.Index;
        if (ForeignTokens.AsOwn(context.Request, step.Token, hasText) is not { } token)
        {
            AnswerRules.Judge(step.Token, context.Log);
            return;
        }

        Open(token.Kind == OpaqueTokenKind.Redacted ? Block.Redacted : Block.Thinking, step with { Token = token }, output);
        if (token.Kind != OpaqueTokenKind.Redacted) _signature = token.Data;
    }

    private void Cite(IBufferWriter<byte> output, in ChatEvent step)
    {
        var said = WebCitations.From(step.Json, step.Name, context.Log);
        if (said.IsEmpty) return;
        Open(Block.Text, step, output);
        using var citations = JsonDocument.Parse(said.Utf8, DeepJson.Document);
        foreach (var citation in citations.RootElement.EnumerateArray())
        {
            var writer = BeginDelta(output, "citations_delta"u8);
            writer.WritePropertyName("citation"u8);
            writer.WriteRawValue(OneLine(Wire.Raw(citation)), skipInputValidation: true);
            writer.WriteEndObject();
            Send(output);
        }
    }

    /// <summary>Line ends between the tokens of a pretty-printed value would end the line of the event.</summary>
    private static byte[] OneLine(RawJson json)
    {
        var line = json.Utf8.ToArray();
        line.AsSpan().ReplaceAny(SearchValues.Create((byte)'\r', (byte)'\n'), (byte)' ');
        return line;
    }

    private void Delta(IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        _template ??= Template(type, name);
        if (!_template.TryWrite(text, output)) WriteDelta(output, type, name, text);
    }

    private void WriteDelta(IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, string text)
    {
        BeginDelta(output, type).WriteString(name, text);
        _writer!.WriteEndObject();
        Send(output);
    }

    /// <summary>All deltas of a block are the same but for their text.</summary>
    private TextTemplate Template(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name)
    {
        var output = new ArrayBufferWriter<byte>(SizeOfTemplate);
        BeginDelta(output, type).WriteString(name, ""u8);
        var at = output.WrittenCount + _writer!.BytesPending - 1;
        _writer.WriteEndObject();
        Send(output);
        return new TextTemplate(output.WrittenMemory, at);
    }

    private Utf8JsonWriter BeginDelta(IBufferWriter<byte> output, ReadOnlySpan<byte> type)
    {
        var writer = Begin(output, "content_block_delta"u8);
        writer.WriteNumber("index"u8, _index);
        writer.WriteStartObject("delta"u8);
        writer.WriteString("type"u8, type);
        return writer;
    }

    private void Close(IBufferWriter<byte> output)
    {
        if (_open == Block.None) return;
        if (_open == Block.Thinking && !string.IsNullOrEmpty(_signature)) WriteDelta(output, "signature_delta"u8, "signature"u8, _signature);
        (_open, _signature) = (Block.None, null);
        Begin(output, "content_block_stop"u8).WriteNumber("index"u8, _index);
        Send(output);
    }

    private void End(IBufferWriter<byte> output)
    {
        if (_finish is not { } finish)
        {
            Fail(output, new ChatEvent(ChatEventKind.Error) { Index = 502, Text = "The provider's answer ended without a reason to stop." });
            return;
        }

        var reason = Finish.Write(finish.Finish, _called, _refused);
        var writer = Begin(output, "message_delta"u8);
        writer.WriteStartObject("delta"u8);
        writer.WriteString("stop_reason"u8, reason);
        writer.WriteString("stop_sequence"u8, reason == "stop_sequence" ? finish.Text : null);
        writer.WriteEndObject();
        Usage.Write(writer, _usage, _tier);
        Send(output);
        Begin(output, "message_stop"u8);
        Send(output);
        _done = true;
    }

    private void Fail(IBufferWriter<byte> output, in ChatEvent step)
    {
        _done = true;
        var writer = Begin(output, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, step.Index == 503 ? "overloaded_error" : StatusWords.AnthropicType(step.Index == 0 ? 500 : step.Index));
        writer.WriteString("message"u8, string.IsNullOrEmpty(step.Text) ? step.Name ?? "The provider failed." : step.Text);
        writer.WriteEndObject();
        writer.WriteString("request_id"u8, context.RequestId);
        Send(output);
    }

    /// <summary>Begins a frame; its data is written straight to the client's buffer.</summary>
    private Utf8JsonWriter Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> type)
    {
        output.Write("event: "u8);
        output.Write(type);
        output.Write("\ndata: "u8);
        if (_writer is null) _writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        else _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, type);
        return _writer;
    }

    private void Send(IBufferWriter<byte> output)
    {
        _writer!.WriteEndObject();
        _writer.Flush();
        output.Write("\n\n"u8);
    }
}
