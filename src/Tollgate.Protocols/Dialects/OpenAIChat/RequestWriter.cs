using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes the parameters of a request; <see cref="MessageWriter"/> writes its messages.</summary>
internal sealed class RequestWriter(ChatRequest request, string model, FidelityLog log)
{
    private const int MostStops = 4;
    private const int LongestToolName = 64;
    private const long LowBudget = 1024, MediumBudget = 8192;

    private static readonly SearchValues<char> ToolNameLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private readonly ToolNames _names = NamesOf(request);
    private readonly ModelTraits _traits = ModelTraits.Of(model);

    /// <summary>The names of a request's tools; the reader of the answer finds the same.</summary>
    public static ToolNames NamesOf(ChatRequest request) => new(request, ToolNameLetters, LongestToolName);

    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartObject();
        json.WriteText("model"u8, model);
        new MessageWriter(json, request, _names, _traits, log).Write();
        WriteTools(json);
        WriteLength(json);
        WriteSampling(json);
        WriteReasoning(json);
        WriteFormat(json);
        if (request.User is { } user) json.WriteText("user"u8, user);
        WriteExtras(json);
        WriteStream(json);
        json.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter json)
    {
        if (request.Tools.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            for (var i = 0; i < request.Tools.Count; i++) ToolWriter.Write(json, request.Tools[i], _names, log, $"/tools/{i}");
            json.WriteEndArray();
        }

        // Without tools OpenAI refuses both members, and auto and none mean nothing.
        var isForced = request.ToolChoice?.Mode is ToolChoiceMode.Named or ToolChoiceMode.Required;
        if (request.ToolChoice is { } choice && (request.Tools.Count > 0 || isForced)) ToolWriter.WriteChoice(json, choice, _names);
        if (request.ParallelToolCalls is { } parallel && request.Tools.Count > 0) json.WriteBoolean("parallel_tool_calls"u8, parallel);
    }

    private void WriteLength(Utf8JsonWriter json)
    {
        if (request.MaxTokens is not { } most) return;
        json.WriteNumber(_traits.WantsMaxCompletionTokens ? "max_completion_tokens"u8 : "max_tokens"u8, most);
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (request.TopK is not null) log.Apply(Rules.TopK, request.PlaceOf(RequestMember.TopK));
        if (request.PresencePenalty is { } presence) json.WriteNumber("presence_penalty"u8, presence);
        if (request.FrequencyPenalty is { } frequency) json.WriteNumber("frequency_penalty"u8, frequency);
        if (request.Seed is { } seed) json.WriteNumber("seed"u8, seed);
        if (request.Count is { } count) json.WriteNumber("n"u8, count);
        if (request.Logprobs is { } logprobs) json.WriteBoolean("logprobs"u8, logprobs);
        if (request.TopLogprobs is { } top) json.WriteNumber("top_logprobs"u8, top);
        if (request.Stop.Count == 0) return;
        if (request.Stop.Count > MostStops) log.Apply(Rules.Stop, request.PlaceOf(RequestMember.Stop));
        json.WriteStartArray("stop"u8);
        foreach (var stop in request.Stop) json.WriteStringValue(WireText.WellFormed(stop));
        json.WriteEndArray();
    }

    private void WriteReasoning(Utf8JsonWriter json)
    {
        if (request.Reasoning is not { } reasoning) return;
        if (reasoning.Visible == true) log.Apply(Rules.VisibleThoughts, request.PlaceOf(RequestMember.VisibleThoughts));
        var effort = EffortOf(reasoning);
        if (effort is null) return;
        if (_traits.RefusesEffort) log.Apply(Rules.NoReasoning, request.PlaceOf(RequestMember.Reasoning));
        else json.WriteText("reasoning_effort"u8, effort);
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

    private void WriteFormat(Utf8JsonWriter json)
    {
        if (request.Output is not { } format) return;
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, format.Schema.IsEmpty ? "json_object"u8 : "json_schema"u8);
        if (!format.Schema.IsEmpty)
        {
            json.WriteStartObject("json_schema"u8);
            json.WriteText("name"u8, format.Name ?? "response");
            if (format.Description is { } description) json.WriteText("description"u8, description);
            if (format.Strict is { } strict) json.WriteBoolean("strict"u8, strict);
            json.WriteRaw("schema"u8, format.Schema);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteExtras(Utf8JsonWriter json)
    {
        foreach (var (name, value) in request.Extras)
        {
            if (ExtraMembers.RuleOf(name, request.Dialect) is { } rule) log.Apply(rule, "/" + name);
            else json.WriteRaw(System.Text.Encoding.UTF8.GetBytes(WireText.WellFormed(name)), value);
        }
    }

    private void WriteStream(Utf8JsonWriter json)
    {
        if (!request.Stream) return;
        json.WriteBoolean("stream"u8, true);
        // Always: the gateway accounts for every request, whoever asked for the numbers.
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
    }
}
