using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Translators.Completions;

/// <summary>Writes the chunks of a stream of completions, and <c>[DONE]</c> behind the last. Thoughts and calls have no place in them.</summary>
internal sealed class CompletionsEventWriter(AnswerContext context) : EventWriter
{
    private readonly Dictionary<int, int> _written = [];
    private string? _id;
    private string? _model;
    private long _created;
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
                (_id, _model, _created) = (step.Id, step.Name, step.Created);
                break;
            case ChatEventKind.Text or ChatEventKind.Refusal:
                WriteChoice(output, step.Choice, step.Text ?? "", null, default);
                _written[step.Choice] = _written.GetValueOrDefault(step.Choice) + (step.Text?.Length ?? 0);
                break;
            case ChatEventKind.Logprobs:
                WriteChoice(output, step.Choice, "", null, step.Json);
                break;
            case ChatEventKind.Finish:
                WriteChoice(output, step.Choice, "", step.Finish, default);
                break;
            case ChatEventKind.Error:
                _isOver = true;
                WriteError(output, step);
                break;
            case ChatEventKind.End:
                _isOver = true;
                if (context.Request.IncludeUsage) WriteUsage(output);
                output.Write("data: [DONE]\n\n"u8);
                break;
        }
    }

    private void WriteChoice(IBufferWriter<byte> output, int index, string text, FinishReason? finish, RawJson logprobs) => WriteFrame(output, json =>
    {
        CompletionsClient.WriteHead(json, _id, _model, _created, context);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteText("text"u8, text);
        json.WriteNumber("index"u8, index);
        WriteLogprobs(json, logprobs, _written.GetValueOrDefault(index));
        if (finish is { } reason) json.WriteString("finish_reason"u8, CompletionsClient.Finish(reason));
        else json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        if (context.Request.IncludeUsage) json.WriteNull("usage"u8);
    });

    // They come behind the text that they belong to.
    private static void WriteLogprobs(Utf8JsonWriter json, RawJson content, int written)
    {
        var logprobs = new LegacyLogprobs();
        if (!content.IsEmpty) logprobs.Add(content);
        logprobs.Write(json, Math.Max(0, written - logprobs.Length));
    }

    private void WriteUsage(IBufferWriter<byte> output) => WriteFrame(output, json =>
    {
        CompletionsClient.WriteHead(json, _id, _model, _created, context);
        json.WriteStartArray("choices"u8);
        json.WriteEndArray();
        Dialects.OpenAIChat.Usage.Write(json, _usage);
    });

    private static void WriteError(IBufferWriter<byte> output, ChatEvent step) => WriteFrame(output, json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteText("message"u8, step.Text ?? "The provider failed.");
        json.WriteText("type"u8, step.Name ?? "server_error");
        json.WriteNull("param"u8);
        json.WriteNull("code"u8);
        json.WriteEndObject();
    });

    private static void WriteFrame(IBufferWriter<byte> output, Action<Utf8JsonWriter> members)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }
}
