using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Writes the body of Converse and ConverseStream, which are the same.</summary>
internal sealed class RequestWriter(ChatRequest request, ConverseModel model, ToolNames names, FidelityLog log)
{
    private const string JsonInstruction = "Answer with one JSON object and nothing else.";

    public void Write(IBufferWriter<byte> output)
    {
        using var rented = RentedWriter.Unchecked(output);
        var json = rented.Json;
        var blocks = new BlockWriter(json, model, names, new ToolIds(request), log);
        var extras = new ExtraFields(json, request, model, log);
        var plan = new ReasoningPlanner(request, model, log).Plan();
        var sampling = new Sampling(request, model, plan, log);
        RefuseUnsayable();

        json.WriteStartObject();
        WriteSystem(json, blocks);
        WriteMessages(json, blocks);
        sampling.Write(json);
        new ToolConfigWriter(json, request, model, names, blocks, log).Write();
        WriteOutputConfig(json, plan);
        extras.WriteAdditional(plan, sampling.TopK);
        extras.WriteOthers();
        json.WriteEndObject();
    }

    private void RefuseUnsayable()
    {
        if (request.Count > 1) log.Apply(ConverseRules.Count, request.PlaceOf(RequestMember.Count));
        if (request.Logprobs == true || request.TopLogprobs > 0) log.Apply(ConverseRules.Logprobs, request.PlaceOf(RequestMember.Logprobs));
        if (request.PresencePenalty is not (null or 0)) log.Apply(ConverseRules.Penalties, request.PlaceOf(RequestMember.PresencePenalty));
        if (request.FrequencyPenalty is not (null or 0)) log.Apply(ConverseRules.Penalties, request.PlaceOf(RequestMember.FrequencyPenalty));
        if (request.Seed is not null) log.Apply(ConverseRules.Seed, request.PlaceOf(RequestMember.Seed));
        if (request.User is not null) log.Apply(ConverseRules.User, request.PlaceOf(RequestMember.User));
    }

    private void WriteSystem(Utf8JsonWriter json, BlockWriter blocks)
    {
        var wantsJson = Schema() is null && request.Output is not null;
        if (wantsJson) log.Apply(ConverseRules.JsonObject, request.PlaceOf(RequestMember.Output));
        var isOpen = false;
        for (var i = 0; i < request.System.Count; i++)
        {
            var part = request.System[i];
            var isBlank = string.IsNullOrWhiteSpace(part.Text);
            if (isBlank && part.Text.Length > 0) log.Apply(ConverseRules.BlankText, part.Pointer);
            if (!isBlank)
            {
                OpenSystem(json, ref isOpen);
                blocks.WriteText(part.Text);
            }

            if (part.Cache is not { } cache) continue;
            if (isOpen) blocks.WriteCachePoint(cache, part.Pointer);
            else log.Apply(ConverseRules.CachePoint, part.Pointer);
        }

        if (wantsJson)
        {
            OpenSystem(json, ref isOpen);
            blocks.WriteText(JsonInstruction);
        }

        if (isOpen) json.WriteEndArray();
    }

    private static void OpenSystem(Utf8JsonWriter json, ref bool isOpen)
    {
        if (!isOpen) json.WriteStartArray("system"u8);
        isOpen = true;
    }

    private void WriteMessages(Utf8JsonWriter json, BlockWriter blocks)
    {
        json.WriteStartArray("messages"u8);
        foreach (var message in Conversation.Of(request, model, log))
        {
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role == Role.User ? "user"u8 : "assistant"u8);
            json.WriteStartArray("content"u8);
            foreach (var part in message.Parts) blocks.Write(part);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The schema that the answer must satisfy; null when there is none.</summary>
    private RawJson? Schema()
    {
        if (request.Output is { Schema.IsEmpty: false } output) return output.Schema;
        return request.Output is null ? request.ExtraOf("guided_json") : null;
    }

    private void WriteOutputConfig(Utf8JsonWriter json, ReasoningPlan plan)
    {
        var schema = Schema();
        if (schema is null && plan.OutputEffort is null) return;
        json.WriteStartObject("outputConfig"u8);
        if (schema is { } given)
        {
            json.WriteStartObject("textFormat"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteStartObject("structure"u8);
            json.WriteStartObject("jsonSchema"u8);
            // A text that holds JSON, not JSON.
            json.WriteString("schema"u8, given.Utf8.Span);
            if (!string.IsNullOrEmpty(request.Output?.Name)) json.WriteString("name"u8, request.Output.Name);
            if (!string.IsNullOrEmpty(request.Output?.Description)) json.WriteString("description"u8, request.Output.Description);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (plan.OutputEffort is { } effort) json.WriteString("effort"u8, effort);
        json.WriteEndObject();
    }
}
