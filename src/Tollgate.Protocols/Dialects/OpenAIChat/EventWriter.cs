using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes <c>chat.completion.chunk</c> events, and <c>[DONE]</c> behind the last.</summary>
internal sealed class OpenAIChatEventWriter(AnswerContext context) : EventWriter, IDisposable
{
    private readonly Utf8JsonWriter _json = new(new ArrayBufferWriter<byte>(1), WireJson.Options); // reset to the real output for each event
    private readonly Dictionary<int, OpenChoice> _choices = [];
    private AnswerHead _head = AnswerHead.Of(null, null, 0, context);
    private readonly List<(string Name, RawJson Json)> _members = [];
    private TokenUsage _usage;
    private bool _isOver;

    /// <inheritdoc/>
    public override void Write(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (_isOver) return;
        _usage = step.Usage ?? _usage;
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                _head = AnswerHead.Of(step.Id, step.Name, step.Created, context);
                ChoiceOf(0, output);
                break;
            case ChatEventKind.Usage:
                break;
            case ChatEventKind.AnswerExtra:
                Keep(step);
                break;
            case ChatEventKind.Error:
                _isOver = true;
                WriteError(step, output);
                break;
            case ChatEventKind.End:
                _isOver = true;
                if (context.Request.IncludeUsage) WriteUsage(output);
                output.Write("data: [DONE]\n\n"u8);
                break;
            default:
                WriteStep(step, ChoiceOf(step.Choice, output), output);
                break;
        }
    }

    /// <summary>Nothing is held that must be given back: the writer has no stream of its own.</summary>
    public void Dispose() => _json.Dispose();

    /// <summary>From now on in every chunk, as OpenAI has it.</summary>
    private void Keep(in ChatEvent step)
    {
        if (AnswerExtras.OfAnswer(AnswerExtra.Of(step), context.Log) is not { } member) return;
        _members.RemoveAll(m => m.Name == member.Name);
        _members.Add(member);
    }

    private OpenChoice ChoiceOf(int index, IBufferWriter<byte> output)
    {
        if (_choices.TryGetValue(index, out var choice)) return choice;
        _choices[index] = choice = new OpenChoice();
        Begin(output, index);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("content"u8, ""u8);
        End(output, null);
        return choice;
    }

    private void WriteStep(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Text:
                choice.Length += step.Text?.Length ?? 0;
                WriteDelta(step, "content"u8, output);
                break;
            case ChatEventKind.Refusal:
                WriteDelta(step, "refusal"u8, output);
                break;
            case ChatEventKind.Reasoning:
                choice.Thought.Append(step.Text);
                WriteDelta(step, "reasoning_content"u8, output);
                break;
            case ChatEventKind.ReasoningToken:
                WriteToken(step, choice, output);
                break;
            case ChatEventKind.ToolCall:
                WriteCall(step, choice, output);
                break;
            case ChatEventKind.Arguments:
                choice.HasArguments |= step.Text is { Length: > 0 };
                WriteArguments(step.Choice, choice, step.Text ?? "", output);
                break;
            case ChatEventKind.BlockEnd:
                EndBlock(step, choice, output);
                break;
            default:
                WriteRest(step, choice, output);
                break;
        }
    }

    private void WriteRest(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Annotations:
                WriteAnnotations(step, choice, output);
                break;
            case ChatEventKind.ChoiceExtra:
                WriteExtra(step, output);
                break;
            case ChatEventKind.Logprobs:
                Begin(output, step.Choice);
                End(output, null, step.Json);
                break;
            case ChatEventKind.Finish:
                AnswerRules.Judge(step.Finish, context.Log);
                Begin(output, step.Choice);
                End(output, step.Finish);
                break;
        }
    }

    private void WriteAnnotations(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        var annotations = AnswerExtras.Annotations(step.Json, step.Name, choice.BlockStart, choice.Length, context.Log);
        if (annotations.IsEmpty) return;
        Begin(output, step.Choice);
        _json.WriteRaw("annotations"u8, annotations);
        End(output, null);
    }

    private void WriteExtra(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (AnswerExtras.OfChoice(AnswerExtra.Of(step), context.Log) is not { } extra) return;
        Begin(output, step.Choice);
        if (extra.OfMessage) WriteMember(extra.Name, extra.Json);
        _json.WriteEndObject();
        if (!extra.OfMessage) WriteMember(extra.Name, extra.Json);
        EndChoice(output, null);
    }

    private void WriteMember(string name, RawJson json)
    {
        _json.WritePropertyName(name);
        _json.WriteRaw(json);
    }

    private void WriteDelta(in ChatEvent step, ReadOnlySpan<byte> member, IBufferWriter<byte> output)
    {
        Begin(output, step.Choice);
        _json.WriteText(member, step.Text ?? "");
        End(output, null);
    }

    /// <summary>The whole block once more, now that its token is known: a client that keeps the list can send it back as it is.</summary>
    private void WriteToken(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        if (step.Token is not { } token) return;
        Begin(output, step.Choice);
        _json.WriteStartArray("thinking_blocks"u8);
        ThinkingParts.Write(_json, choice.Thought.ToString(), token);
        _json.WriteEndArray();
        End(output, null);
    }

    private void WriteCall(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        choice.Calls++;
        (choice.InCall, choice.HasArguments) = (true, false);
        Begin(output, step.Choice);
        _json.WriteStartArray("tool_calls"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice.Calls - 1);
        _json.WriteText("id"u8, step.Id ?? "");
        _json.WriteString("type"u8, "function"u8);
        _json.WriteStartObject("function"u8);
        _json.WriteText("name"u8, step.Name ?? "");
        _json.WriteString("arguments"u8, ""u8);
        _json.WriteEndObject();
        if (step.Token is { Minter: "gemini" } token) ToolCallToken.Write(_json, token);
        _json.WriteEndObject();
        _json.WriteEndArray();
        End(output, null);
    }

    private void WriteArguments(int index, OpenChoice choice, string text, IBufferWriter<byte> output)
    {
        Begin(output, index);
        _json.WriteStartArray("tool_calls"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice.Calls - 1);
        _json.WriteStartObject("function"u8);
        _json.WriteText("arguments"u8, text);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
        End(output, null);
    }

    private void EndBlock(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        // Clients parse the arguments, and nothing is no JSON.
        if (choice.InCall && !choice.HasArguments) WriteArguments(step.Choice, choice, "{}", output);
        choice.InCall = false;
        choice.BlockStart = choice.Length;
        choice.Thought.Clear();
    }

    private void WriteUsage(IBufferWriter<byte> output)
    {
        BeginChunk(output);
        _json.WriteStartArray("choices"u8);
        _json.WriteEndArray();
        if (_usage.IsKnown) Usage.Write(_json, _usage);
        else _json.WriteNull("usage"u8); // nobody knows: zero would be a claim
        EndChunk(output);
    }

    private void WriteError(in ChatEvent step, IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteStartObject("error"u8);
        _json.WriteText("message"u8, step.Text ?? "The provider failed.");
        _json.WriteText("type"u8, step.Name ?? "server_error");
        _json.WriteNull("param"u8);
        _json.WriteNull("code"u8);
        _json.WriteEndObject();
        EndChunk(output);
    }

    private void BeginChunk(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        _json.Reset(output);
        _json.WriteStartObject();
        _head.Write(_json, "chat.completion.chunk"u8);
        foreach (var (name, json) in _members) WriteMember(name, json);
    }

    private void EndChunk(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.Flush();
        output.Write("\n\n"u8);
    }

    /// <summary>Opens a chunk for one choice, up to the inside of its delta.</summary>
    private void Begin(IBufferWriter<byte> output, int index)
    {
        BeginChunk(output);
        _json.WriteStartArray("choices"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, index);
        _json.WriteStartObject("delta"u8);
    }

    private void End(IBufferWriter<byte> output, FinishReason? finish, RawJson logprobs = default)
    {
        _json.WriteEndObject();
        if (!logprobs.IsEmpty)
        {
            _json.WriteStartObject("logprobs"u8);
            _json.WriteRaw("content"u8, logprobs);
            _json.WriteNull("refusal"u8);
            _json.WriteEndObject();
        }

        EndChoice(output, finish);
    }

    private void EndChoice(IBufferWriter<byte> output, FinishReason? finish)
    {
        if (finish is { } reason) _json.WriteString("finish_reason"u8, Finish.Write(reason));
        else _json.WriteNull("finish_reason"u8);
        _json.WriteEndObject();
        _json.WriteEndArray();
        if (context.Request.IncludeUsage) _json.WriteNull("usage"u8);
        EndChunk(output);
    }
}
