using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes a Messages request, in the order of the prompt: tools, system, messages; then what else there is.</summary>
internal sealed class RequestWriter(ChatRequest request, string model, FidelityLog log)
{
    // Members that mean something to this API only, so that whoever sends them means this API.
    private static readonly string[] OwnMembers = ["container", "context_management", "mcp_servers", "inference_geo", "anthropic_beta"];

    private readonly ModelTraits _model = new(model);
    private readonly CacheMarks _marks = new(log);
    private readonly ToolNames _names = Wire.Names(request);

    public void Write(IBufferWriter<byte> output)
    {
        Refuse();
        var plan = new ThinkingPlan(request, _model, log);
        using var rented = RentedWriter.Unchecked(output);
        var writer = rented.Json;
        writer.WriteStartObject();
        writer.WriteString("model"u8, model);
        writer.WriteNumber("max_tokens"u8, plan.MaxTokens);
        new ToolWriter(writer, request, _model, _names, _marks, log).Write();
        WriteConversation(writer);
        plan.Write(writer);
        WriteOutput(writer, plan);
        new SamplingWriter(writer, request, _model, log).Write(plan.IsOn);
        if (request.User is { } user)
        {
            writer.WriteStartObject("metadata"u8);
            writer.WriteString("user_id"u8, user);
            writer.WriteEndObject();
        }

        WriteExtras(writer);
        writer.WriteBoolean("stream"u8, request.Stream);
        writer.WriteEndObject();
    }

    private void Refuse()
    {
        if (request.Count > 1) log.Apply(Fidelity.Count, request.PlaceOf(RequestMember.Count));
        if (request.Logprobs == true || request.TopLogprobs > 0) log.Apply(Fidelity.Logprobs, request.PlaceOf(RequestMember.Logprobs));
    }

    private void WriteConversation(Utf8JsonWriter writer)
    {
        var order = new MessageOrder(_model, log);
        var blocks = new BlockWriter(writer, request, _names, order, _marks, log);
        WriteSystem(writer, order, blocks);
        writer.WriteStartArray("messages"u8);
        foreach (var turn in order.Arrange(request.Turns)) WriteTurn(writer, turn, blocks);
        writer.WriteEndArray();
    }

    private static void WriteTurn(Utf8JsonWriter writer, Turn turn, BlockWriter blocks)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, turn.Role == Role.User ? "user"u8 : "assistant"u8);
        writer.WriteStartArray("content"u8);
        for (var i = 0; i < turn.Parts.Count; i++) blocks.Write(turn.Parts[i]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteSystem(Utf8JsonWriter writer, MessageOrder order, BlockWriter blocks)
    {
        if (request.System.Count == 0 && request.Output is not { Schema.IsEmpty: true }) return;
        var texts = request.System.Where(text => order.Keep(text, Role.User)).ToList();
        if (request.Output is { Schema.IsEmpty: true })
        {
            log.Apply(Fidelity.JsonObject, request.PlaceOf(RequestMember.Output));
            texts.Add(new TextPart("Answer with a single JSON object and nothing else: no prose, no code fence."));
        }

        if (texts.Count == 0) return;
        writer.WriteStartArray("system"u8);
        foreach (var text in texts) blocks.WriteText(text);
        writer.WriteEndArray();
    }

    private void WriteOutput(Utf8JsonWriter writer, ThinkingPlan plan)
    {
        var format = Format();
        if (format is not null && !_model.HasSchemas) log.Apply(Fidelity.Schema, request.PlaceOf(RequestMember.Output));
        if (format?.Description is not null) log.Apply(Fidelity.OutputDescription, request.PlaceOf(RequestMember.OutputDescription));
        if (format is null && plan.Effort is null) return;
        writer.WriteStartObject("output_config"u8);
        if (plan.Effort is { } effort) writer.WriteString("effort"u8, effort);
        if (format is not null)
        {
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WritePropertyName("schema"u8);
            if (new ClosedSchema(writer).Write(format.Schema)) log.Apply(Fidelity.OpenSchema, request.PlaceOf(RequestMember.Output));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>The schema that the answer must satisfy; vLLM's clients call it guided_json.</summary>
    private OutputFormat? Format()
    {
        if (request.Output is { Schema.IsEmpty: false } output) return output;
        var guided = request.Output is null ? request.ExtraNamed("guided_json") : default;
        return Wire.IsObject(guided.Utf8.Span) ? new OutputFormat(guided) : null;
    }

    private void WriteExtras(Utf8JsonWriter writer)
    {
        for (var i = 0; i < request.Extras.Count; i++)
        {
            var (name, json) = request.Extras[i];

            // A raw "thinking" is the thinking plan's, unless the client's dialect had words for it.
            if (name == "thinking" && request.Reasoning is null) continue;
            if (Knows(name, json))
            {
                writer.WritePropertyName(name);
                Wire.WriteRaw(writer, json);
                continue;
            }

            if (RuleOf(name, json) is { } rule) log.Apply(rule, "/" + name.Replace('.', '/'));
        }
    }

    private FidelityRule? RuleOf(string name, RawJson json) => name switch
    {
        "logit_bias" => Fidelity.LogitBias,
        "service_tier" => Fidelity.ServiceTier,
        "guided_json" when request.Output is null && Wire.IsObject(json.Utf8.Span) => null, // it is the schema of the answer
        "guided_json" or "guided_choice" or "guided_regex" or "guided_grammar" => Fidelity.Guided,
        "web_search_options" => Fidelity.WebSearch,
        "modalities" when json.Utf8.Span.IndexOf("\"audio\""u8) < 0 => null,
        "modalities" or "audio" => Fidelity.Audio,
        "prediction" or "prompt_cache_key" or "prompt_cache_retention" or "metadata" or "store" or "safety_identifier" or "stream_options" => Fidelity.Hint,
        _ => Fidelity.Extra,
    };

    private bool Knows(string name, RawJson json)
    {
        if (OwnMembers.Contains(name, StringComparer.Ordinal)) return true;
        if (request.Dialect == Wire.Dialect) return !name.Contains('.');
        return name == "service_tier" && json.Utf8.Span.SequenceEqual("\"auto\""u8);
    }
}
