using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes <c>chat.completion.chunk</c> events, and <c>[DONE]</c> behind the last.</summary>
internal sealed class OpenAIChatEventWriter(AnswerContext context) : EventWriter
{
    private readonly ChunkWriter _chunks = new(context);
    private OpenChoice? _first;
    private Dictionary<int, OpenChoice>? _others;
    private TokenUsage _usage;
    private bool _isOver;

    /// <inheritdoc/>
    public override void Write(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (_isOver) return;
        if (step.HasUsage) _usage = step.Usage!.Value;
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                _chunks.Begin(step);
                Forget();
                ChoiceOf(0, output);
                break;
            case ChatEventKind.Usage:
                break;
            case ChatEventKind.AnswerExtra:
                Keep(step);
                break;
            case ChatEventKind.Error:
                _isOver = true;
                ChunkWriter.WriteError(output, step);
                break;
            case ChatEventKind.End:
                _isOver = true;
                if (context.Request.IncludeUsage) _chunks.WriteUsage(output, _usage);
                output.Write("data: [DONE]\n\n"u8);
                break;
            default:
                WriteStep(step, ChoiceOf(step.Choice, output), output);
                break;
        }
    }

    private void Keep(in ChatEvent step)
    {
        if (AnswerExtras.OfAnswer(AnswerExtra.Of(step), context.Log) is not { } member) return;
        _chunks.Keep(member);
        Forget();
    }

    private void Forget()
    {
        _first?.Forget();
        if (_others is null) return;
        foreach (var choice in _others.Values) choice.Forget();
    }

    private OpenChoice ChoiceOf(int index, IBufferWriter<byte> output)
    {
        if (index == 0 && _first is not null) return _first;
        if (index != 0 && _others?.TryGetValue(index, out var known) == true) return known;
        var choice = new OpenChoice();
        if (index == 0) _first = choice;
        else (_others ??= [])[index] = choice;
        _chunks.WriteDelta(output, index, 0, static (json, _) =>
        {
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, ""u8);
        });
        return choice;
    }

    private void WriteStep(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Text:
                choice.Length += step.Text?.Length ?? 0;
                WriteText(step, "content"u8, choice, output);
                break;
            case ChatEventKind.Refusal:
                WriteText(step, "refusal"u8, choice, output);
                break;
            case ChatEventKind.Reasoning:
                (choice.Thought ??= new()).Append(step.Text);
                WriteText(step, "reasoning_content"u8, choice, output);
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
                WriteLogprobs(step, output);
                break;
            case ChatEventKind.Finish:
                AnswerRules.Judge(step.Finish, context.Log);
                _chunks.WriteFinish(output, step.Choice, step.Finish);
                break;
        }
    }

    private void WriteAnnotations(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        var annotations = AnswerExtras.Annotations(step.Json, step.Name, choice.BlockStart, choice.Length, context.Log);
        if (!annotations.IsEmpty) _chunks.WriteDelta(output, step.Choice, annotations, static (json, all) => json.WriteRaw("annotations"u8, all));
    }

    private void WriteExtra(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (AnswerExtras.OfChoice(AnswerExtra.Of(step), context.Log) is not { } extra) return;
        ChunkWriter.Saying<(string Name, RawJson Json)> say = static (json, member) =>
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(member.Json);
        };
        if (extra.OfMessage) _chunks.WriteDelta(output, step.Choice, (extra.Name, extra.Json), say);
        else _chunks.WriteChoice(output, step.Choice, (extra.Name, extra.Json), say);
    }

    private void WriteLogprobs(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (step.Json.IsEmpty) _chunks.WriteChoice(output, step.Choice, 0, static (_, _) => { });
        else _chunks.WriteChoice(output, step.Choice, step.Json, static (json, content) =>
        {
            json.WriteStartObject("logprobs"u8);
            json.WriteRaw("content"u8, content);
            json.WriteNull("refusal"u8);
            json.WriteEndObject();
        });
    }

    /// <summary>Nearly all of a stream: the chunk of the delta before with another text.</summary>
    private void WriteText(in ChatEvent step, ReadOnlySpan<byte> member, OpenChoice choice, IBufferWriter<byte> output)
    {
        var text = step.Text ?? "";
        var template = choice.TemplateOf(step.Kind) ?? choice.Keep(step.Kind, _chunks.TemplateOf(step.Choice, member, call: null));
        if (!template.TryWrite(text, output)) _chunks.WriteDelta(output, step.Choice, new Member(member, text), static (json, said) => json.WriteText(said.Name, said.Text));
    }

    private void WriteArguments(int index, OpenChoice choice, string text, IBufferWriter<byte> output)
    {
        var call = choice.Calls - 1;
        var template = choice.TemplateOf(ChatEventKind.Arguments) ?? choice.Keep(ChatEventKind.Arguments, _chunks.TemplateOf(index, "arguments"u8, call));
        if (template.TryWrite(text, output)) return;
        _chunks.WriteDelta(output, index, (call, text), static (json, said) =>
        {
            ChunkWriter.OpenCall(json, said.call);
            json.WriteText("arguments"u8, said.text);
            ChunkWriter.CloseCall(json);
        });
    }

    /// <summary>The whole block once more, now that its token is known: a client that keeps the list can send it back as it is.</summary>
    private void WriteToken(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        if (step.Token is not { } token) return;
        _chunks.WriteDelta(output, step.Choice, (Thought: choice.Thought?.ToString() ?? "", token), static (json, block) =>
        {
            json.WriteStartArray("thinking_blocks"u8);
            ThinkingParts.Write(json, block.Thought, block.token);
            json.WriteEndArray();
        });
    }

    private void WriteCall(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        choice.Calls++;
        (choice.InCall, choice.HasArguments) = (true, false);
        choice.Forget(); // its arguments stand under another number
        _chunks.WriteDelta(output, step.Choice, (step.Id, step.Name, step.Token, Number: choice.Calls - 1), static (json, call) =>
        {
            json.WriteStartArray("tool_calls"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, call.Number);
            json.WriteText("id"u8, call.Id ?? "");
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteText("name"u8, call.Name ?? "");
            json.WriteString("arguments"u8, ""u8);
            json.WriteEndObject();
            if (call.Token is { Minter: "gemini" } token) ToolCallToken.Write(json, token);
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    private void EndBlock(in ChatEvent step, OpenChoice choice, IBufferWriter<byte> output)
    {
        // Clients parse the arguments, and nothing is no JSON.
        if (choice.InCall && !choice.HasArguments) WriteArguments(step.Choice, choice, "{}", output);
        choice.InCall = false;
        choice.BlockStart = choice.Length;
        choice.Thought?.Clear();
    }

    private readonly ref struct Member(ReadOnlySpan<byte> name, string text)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public string Text { get; } = text;
    }
}
