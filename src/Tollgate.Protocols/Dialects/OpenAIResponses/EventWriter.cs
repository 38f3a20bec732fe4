using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Writes a stream: <c>response.created</c> and <c>response.in_progress</c>, each item from its announcement to its end, and one of
/// <c>response.completed</c>, <c>response.incomplete</c> and <c>response.failed</c>, which holds the whole response. There is no <c>[DONE]</c>.
/// </summary>
internal sealed class OpenAIResponsesEventWriter(AnswerContext context) : EventWriter, IDisposable
{
    // The last event holds the whole answer again, so all of it is kept.
    private const long LongestAnswer = 64 * 1024 * 1024;

    private readonly EventFrames _frames = new();
    private readonly ResponseObject _response = new(context);
    private AnswerItems? _items;
    private OpenItem? _open;
    private FinishReason? _finish;
    private TokenUsage _usage;
    private long _length;
    private bool _isOver;

    private AnswerItems Items => _items ??= new AnswerItems(_response);

    /// <inheritdoc/>
    public override void Write(in ChatEvent step, IBufferWriter<byte> output)
    {
        if (_isOver) return;
        if (step.Choice != 0)
        {
            context.Log.Apply(AnswerRules.Choices);
            return;
        }

        _frames.To(output);
        if (step.HasUsage) _usage = step.Usage!.Value;
        if (step.Kind == ChatEventKind.Start) _response.Take(step.Id, step.Name, step.Created);
        if (step.Kind != ChatEventKind.Usage && _items is null) Begin();
        _length += step.Text?.Length ?? 0;
        if (_length > LongestAnswer) Fail("server_error", "The answer is longer than 64 MB.");
        else WriteStep(step);
    }

    /// <inheritdoc/>
    public void Dispose() => _frames.Dispose();

    private void WriteStep(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Text or ChatEventKind.Refusal:
                Message().Append(step);
                break;
            case ChatEventKind.Annotations:
                Message().Annotate(step);
                break;
            case ChatEventKind.Logprobs:
                (_open as MessageItem)?.Take(step.Json);
                break;
            case ChatEventKind.Reasoning:
                Reasoning(step.Index).Append(step.Text ?? "");
                break;
            case ChatEventKind.ReasoningToken:
                Reasoning(step.Index).Encrypted = ItemWriter.EncryptedOf(step.Token);
                break;
            case ChatEventKind.ToolCall:
                Call(step);
                break;
            case ChatEventKind.Arguments:
                (_open as CallItem)?.Append(step.Text ?? "");
                break;
            case ChatEventKind.AnswerExtra or ChatEventKind.ChoiceExtra:
                _response.Tier = AnswerRules.Judge(AnswerExtra.Of(step), context.Log) ?? _response.Tier;
                break;
            case ChatEventKind.BlockEnd:
                EndBlock();
                break;
            case ChatEventKind.Finish:
                _finish = step.Finish;
                AnswerRules.Judge(_finish, context.Log);
                Close(isCut: Finish.Incomplete(step.Finish) is not null);
                break;
            case ChatEventKind.Error:
                Fail(CodeOf(step), step.Text is { Length: > 0 } text ? text : "The provider failed.");
                break;
            case ChatEventKind.End:
                End();
                break;
        }
    }

    private void Begin()
    {
        _items = new AnswerItems(_response);
        WriteResponse("response.created"u8, "in_progress"u8);
        WriteResponse("response.in_progress"u8, "in_progress"u8);
    }

    private MessageItem Message()
    {
        if (_open is MessageItem message) return message;
        Close(isCut: false);
        var opened = new MessageItem(_frames, Items, context);
        _open = opened;
        return opened;
    }

    private ReasoningItem Reasoning(int block)
    {
        if (_open is ReasoningItem reasoning && reasoning.Block == block) return reasoning;
        Close(isCut: false);
        var opened = new ReasoningItem(_frames, Items, block);
        _open = opened;
        return opened;
    }

    private void Call(in ChatEvent step)
    {
        Close(isCut: false);
        if (step.Token is { } token)
        {
            // A call has no place for it; thoughts before the call have, and clients send them back with it.
            new ReasoningItem(_frames, Items, step.Index) { Encrypted = TokenText.Write(token, ofCall: true) }.Close(isCut: false);
        }

        _open = new CallItem(_frames, Items, step, context.Request);
    }

    /// <summary>Texts that follow each other are parts of one message, so it stays open.</summary>
    private void EndBlock()
    {
        if (_open is MessageItem message) message.EndPart();
        else Close(isCut: false);
    }

    private void Close(bool isCut)
    {
        _open?.Close(isCut);
        _open = null;
    }

    private void End()
    {
        if (_finish is null)
        {
            Fail("server_error", "The provider's answer ended without a reason to stop.");
            return;
        }

        Close(isCut: false);
        _isOver = true;
        var reason = Finish.Incomplete(_finish);
        if (reason is null) WriteResponse("response.completed"u8, "completed"u8);
        else WriteResponse("response.incomplete"u8, "incomplete"u8, reason);
    }

    private void Fail(string code, string message)
    {
        _isOver = true;
        WriteResponse("response.failed"u8, "failed"u8, error: (code, message));
    }

    private void WriteResponse(ReadOnlySpan<byte> type, ReadOnlySpan<byte> status, string? reason = null, (string, string)? error = null)
    {
        var json = _frames.Begin(type);
        json.WritePropertyName("response"u8);
        _response.Write(json, status, reason, error, Items.Json, _usage);
        _frames.End();
    }

    /// <summary>Of OpenAI's few codes those that make a client act in the right way; what it cannot mend is <c>server_error</c>.</summary>
    private static string CodeOf(in ChatEvent step) => step.Index switch
    {
        429 => "rate_limit_exceeded",
        >= 400 and < 500 => "invalid_prompt",
        _ => "server_error",
    };
}
