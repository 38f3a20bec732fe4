using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Writes a whole response. Texts and refusals that follow each other are one message; all else is an item of its own.</summary>
internal static class ResponseWriter
{
    public static void Write(IBufferWriter<byte> output, ChatResponse response, AnswerContext context)
    {
        // The API has no second answer; a request for several cannot be made.
        var choice = response.Choices is [var first, ..] ? first : null;
        var whole = new ResponseObject(context);
        whole.Take(response.Id, response.Model, response.Created);
        var items = new AnswerItems(whole);
        var reason = Finish.Incomplete(choice?.Finish);
        if (choice is not null) AddItems(items, choice, context, isCut: reason is not null);
        Judge(whole, response, choice, context.Log);
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        whole.Write(json, reason is null ? "completed"u8 : "incomplete"u8, reason, error: null, items.Json, response.Usage);
    }

    private static void Judge(ResponseObject whole, ChatResponse response, ChatChoice? choice, FidelityLog log)
    {
        if (response.Choices.Count > 1) log.Apply(AnswerRules.Choices);
        AnswerRules.Judge(choice?.Finish, log);
        foreach (var extra in response.Extras.Concat(choice?.Extras ?? [])) whole.Tier = AnswerRules.Judge(extra, log) ?? whole.Tier;
    }

    private static void AddItems(AnswerItems items, ChatChoice choice, AnswerContext context, bool isCut)
    {
        var message = new List<(Part, RawJson)>();
        var logprobs = choice.Logprobs.Count == 0 ? default : JoinedArrays.Of(choice.Logprobs);
        foreach (var part in choice.Parts)
        {
            if (part is TextPart or RefusalPart)
            {
                message.Add(part is TextPart text ? (Annotations.Translate(text, context.Log), logprobs) : (part, default));
                if (part is TextPart) logprobs = default; // they are of the first text
                continue;
            }

            if (message.Count > 0) items.AddMessage(isCut: false, message);
            message.Clear();
            Add(items, part, context.Request);
        }

        if (message.Count > 0) items.AddMessage(isCut, message);
    }

    private static void Add(AnswerItems items, Part part, ChatRequest request)
    {
        switch (part)
        {
            case ReasoningPart reasoning:
                items.AddReasoning(reasoning.Text, ItemWriter.EncryptedOf(reasoning.Token));
                break;
            case ToolCallPart call:
                if (call.Token is { } token) items.AddReasoning(null, TokenText.Write(token, ofCall: true));
                var takesText = CallItem.TakesText(request, call.Name);
                items.AddCall(takesText ? call with { Arguments = TextInput.Unwrap(call.Arguments) } : call, takesText);
                break;
        }
    }
}
