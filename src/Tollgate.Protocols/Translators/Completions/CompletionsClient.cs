using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Translators.Completions;

/// <summary>Clients of OpenAI's older completions, as those of a dialect of chat whose conversations have one turn.</summary>
public sealed class CompletionsClient : ClientDialect
{
    internal const string DialectName = "openai.completions";

    /// <summary>It has no state.</summary>
    public static CompletionsClient Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => DialectName;

    /// <summary>Reads a request of one prompt.</summary>
    /// <exception cref="ChatFormatException">It has several, or breaks the API's rules.</exception>
    public override ChatRequest ReadRequest(ReadOnlyMemory<byte> body)
    {
        var request = CompletionsRequest.Read(body);
        return request.Prompts.Count == 1 ? request.Conversation(request.Prompts[0]) : throw new ChatFormatException("The member 'prompt' must be one text.", "/prompt");
    }

    /// <inheritdoc/>
    public override void WriteResponse(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
    {
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        WriteHead(json, response.Id, response.Model, response.Created, context);
        json.WriteStartArray("choices"u8);
        foreach (var choice in response.Choices) WriteChoice(json, choice, choice.Index);
        json.WriteEndArray();
        if (response.Usage.IsKnown) Dialects.OpenAIChat.Usage.Write(json, response.Usage);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override EventWriter CreateEventWriter(AnswerContext context) => new CompletionsEventWriter(context);

    internal static void WriteHead(Utf8JsonWriter json, string? id, string? model, long created, AnswerContext context)
    {
        json.WriteText("id"u8, id is { Length: > 0 } ? id : "cmpl-" + context.RequestId);
        json.WriteString("object"u8, "text_completion"u8);
        json.WriteNumber("created"u8, created > 0 ? created : context.Now);
        json.WriteText("model"u8, model is { Length: > 0 } ? model : context.Model);
    }

    internal static void WriteChoice(Utf8JsonWriter json, ChatChoice choice, int index)
    {
        json.WriteStartObject();
        json.WriteText("text"u8, string.Concat(choice.Parts.Select(TextOf)));
        json.WriteNumber("index"u8, index);
        var logprobs = new LegacyLogprobs();
        foreach (var array in choice.Logprobs) logprobs.Add(array);
        logprobs.Write(json);
        json.WriteString("finish_reason"u8, Finish(choice.Finish));
        json.WriteEndObject();
    }

    /// <summary>This API has three words.</summary>
    internal static ReadOnlySpan<byte> Finish(FinishReason? reason) => reason switch
    {
        FinishReason.Length => "length"u8,
        FinishReason.ContentFilter => "content_filter"u8,
        _ => "stop"u8,
    };

    private static string TextOf(Part part) => part switch
    {
        TextPart text => text.Text,
        RefusalPart refusal => refusal.Text,
        _ => "",
    };
}
