using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Writes the parameters of a request; <see cref="InputWriter"/> writes its conversation, <see cref="ToolWriter"/> its tools.</summary>
internal sealed class RequestWriter(ChatRequest request, string model, FidelityLog log)
{
    private const long LeastTokens = 16;
    private const long LowBudget = 1024, MediumBudget = 8192;

    private readonly ToolNames _names = NamesOf(request);
    private readonly ModelTraits _traits = ModelTraits.Of(model);

    /// <summary>The names of a request's tools, under the rules of chat completions; the reader of the answer finds the same.</summary>
    public static ToolNames NamesOf(ChatRequest request) => OpenAIChat.RequestWriter.NamesOf(request);

    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteText("model"u8, model);
        new InputWriter(json, request, _names, log).Write();
        new ToolWriter(json, request, _names, log).Write();
        WriteLength(json);
        WriteSampling(json);
        WriteReasoning(json);
        WriteText(json);
        WriteInclude(json);
        if (request.User is { } user) json.WriteText("user"u8, user);
        WriteExtras(json);
        if (request.Stream) json.WriteBoolean("stream"u8, true);
        json.WriteEndObject();
    }

    private void WriteLength(Utf8JsonWriter json)
    {
        if (request.MaxTokens is not { } most) return;
        if (most < LeastTokens) log.Apply(Rules.ShortAnswer, request.PlaceOf(RequestMember.MaxTokens));
        json.WriteNumber("max_output_tokens"u8, Math.Max(most, LeastTokens));
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (request.TopLogprobs is { } top) json.WriteNumber("top_logprobs"u8, top);
        if (request.TopK is not null) log.Apply(Rules.TopK, request.PlaceOf(RequestMember.TopK));
        if (request.PresencePenalty is not null and not 0) log.Apply(Rules.Penalties, request.PlaceOf(RequestMember.PresencePenalty));
        if (request.FrequencyPenalty is not null and not 0) log.Apply(Rules.Penalties, request.PlaceOf(RequestMember.FrequencyPenalty));
        if (request.Seed is not null) log.Apply(Rules.Seed, request.PlaceOf(RequestMember.Seed));
        if (request.Count > 1) log.Apply(Rules.Count, request.PlaceOf(RequestMember.Count));
        if (request.Stop.Count > 0) log.Apply(Rules.Stop, request.PlaceOf(RequestMember.Stop));
    }

    private void WriteReasoning(Utf8JsonWriter json)
    {
        if (request.Reasoning is not { } reasoning) return;
        var effort = EffortOf(reasoning);
        // Who turns thinking on wants to read it, unless it says otherwise; of an effort alone that is not known.
        var isShown = reasoning.Visible ?? (reasoning.Enabled == true);
        if (effort is null && !isShown) return;
        if (_traits.RefusesEffort)
        {
            log.Apply(Rules.NoReasoning, request.PlaceOf(RequestMember.Reasoning));
            return;
        }

        json.WriteStartObject("reasoning"u8);
        if (effort is not null) json.WriteText("effort"u8, effort);
        if (isShown) json.WriteString("summary"u8, "auto"u8);
        json.WriteEndObject();
    }

    private string? EffortOf(Reasoning reasoning)
    {
        if (reasoning.Effort is { } effort)
        {
            // Every reasoning model knows high; what lies above has a name of its own in each.
            if (effort != "max") return effort;
            log.Apply(Rules.EffortMax, request.PlaceOf(RequestMember.Effort));
            return "high";
        }

        // A model that cannot reason is off already.
        if (reasoning.Enabled == false && !_traits.RefusesEffort) log.Apply(Rules.ThinkingOff, request.PlaceOf(RequestMember.Reasoning));
        if (reasoning.Enabled == false || reasoning.BudgetTokens is not { } budget) return null;
        if (!_traits.RefusesEffort) log.Apply(Rules.Budget, request.PlaceOf(RequestMember.ThinkingBudget));
        return budget <= LowBudget ? "low" : budget <= MediumBudget ? "medium" : "high";
    }

    private void WriteText(Utf8JsonWriter json)
    {
        var verbosity = Members.IsOpenAIs(request) ? request.Extras.FirstOrDefault(e => e.Key == "verbosity").Value : default;
        if (request.Output is null && verbosity.IsEmpty) return;
        json.WriteStartObject("text"u8);
        if (request.Output is { } format) WriteFormat(json, format);
        if (!verbosity.IsEmpty) json.WriteRaw("verbosity"u8, verbosity);
        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, OutputFormat format)
    {
        json.WriteStartObject("format"u8);
        json.WriteString("type"u8, format.Schema.IsEmpty ? "json_object"u8 : "json_schema"u8);
        if (!format.Schema.IsEmpty)
        {
            json.WriteText("name"u8, format.Name ?? "response");
            if (format.Description is { } description) json.WriteText("description"u8, description);
            if (format.Strict is { } strict) json.WriteBoolean("strict"u8, strict);
            json.WriteRaw("schema"u8, format.Schema);
        }

        json.WriteEndObject();
    }

    /// <summary>Thoughts come encrypted, as nobody keeps them; models that do not reason refuse to be asked for that.</summary>
    private void WriteInclude(Utf8JsonWriter json)
    {
        if (request.Logprobs != true && _traits.RefusesEffort) return;
        json.WriteStartArray("include"u8);
        if (!_traits.RefusesEffort) json.WriteStringValue("reasoning.encrypted_content"u8);
        if (request.Logprobs == true) json.WriteStringValue("message.output_text.logprobs"u8);
        json.WriteEndArray();
    }

    private void WriteExtras(Utf8JsonWriter json)
    {
        var stores = false;
        foreach (var (name, value) in request.Extras)
        {
            if (Members.IsWrittenElsewhere(name, value, request)) continue;
            if (Members.RuleOf(name, value, request) is { } rule)
            {
                log.Apply(rule, "/" + name);
                continue;
            }

            stores |= name == "store";
            json.WriteRaw(Encoding.UTF8.GetBytes(name), value);
        }

        // OpenAI would keep every response, which nobody asked for.
        if (!stores) json.WriteBoolean("store"u8, false);
    }
}
