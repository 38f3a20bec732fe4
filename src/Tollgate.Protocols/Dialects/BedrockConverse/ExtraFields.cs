using System.Globalization;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Writes what stands beside the common parameters: Bedrock's own members, and each maker's in <c>additionalModelRequestFields</c>.</summary>
internal sealed class ExtraFields(Utf8JsonWriter json, ChatRequest request, ConverseModel model, FidelityLog log)
{
    private const string Additional = "additionalModelRequestFields";
    private const string ResponsePaths = "additionalModelResponseFieldPaths";

    private static readonly string[] Objects = ["guardrailConfig", "performanceConfig", "promptVariables", "requestMetadata", "serviceTier"];

    /// <summary>Members that are said elsewhere, or say nothing that a Bedrock request could lose.</summary>
    private static readonly string[] Said = [Additional, ResponsePaths, "thinking", "cache_control", "stream_options"];

    private static readonly string[] Grammars = ["guided_choice", "guided_regex", "guided_grammar"];

    /// <summary><c>additionalModelRequestFields</c>: the client's own first, which win over what is derived here.</summary>
    public void WriteAdditional(ReasoningPlan plan, long? topK)
    {
        if (request.Extras.Count == 0 && topK is null && plan.SaysNothing) return;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var isOpen = false;
        if (request.ExtraOf(Additional) is { } given && given.Utf8.Span.StartsWith("{"u8)) WriteOwn(given, names, ref isOpen);
        foreach (var (name, value) in Derived(plan, topK))
        {
            if (!names.Add(name)) continue;
            Open(ref isOpen);
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        if (isOpen) json.WriteEndObject();
    }

    private void WriteOwn(RawJson given, HashSet<string> names, ref bool isOpen)
    {
        using var document = JsonDocument.Parse(given.Utf8, DeepJson.Document);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            Open(ref isOpen);
            names.Add(member.Name);
            json.WritePropertyName(member.Name);
            json.WriteRawValue(member.Value.Raw().Utf8.Span, skipInputValidation: true);
        }
    }

    /// <summary>Everything else that the client sent, passed on, refused or dropped.</summary>
    public void WriteOthers()
    {
        if (request.Extras.Count == 0)
        {
            WriteResponsePaths();
            return;
        }

        foreach (var name in Objects)
        {
            if (request.ExtraOf(name) is not { } value || !value.Utf8.Span.StartsWith("{"u8)) continue;
            json.WritePropertyName(name);
            json.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
        }

        WriteTier();
        WriteResponsePaths();
        foreach (var (name, value) in request.Extras)
        {
            if (!value.IsEmpty && !value.Utf8.Span.SequenceEqual("null"u8)) Judge(name, value);
        }
    }

    private void Judge(string name, RawJson value)
    {
        var isObject = value.Utf8.Span.StartsWith("{"u8);
        if (Array.IndexOf(Said, name) >= 0 || (isObject && Array.IndexOf(Objects, name) >= 0)) return;
        if (name == "anthropic_beta" && model.MayBeClaude) return;
        var rule = name switch
        {
            "modalities" when value.ToString().Contains("\"audio\"", StringComparison.Ordinal) => ConverseRules.AudioAnswer,
            "guided_json" => request.Output is null ? null : ConverseRules.Extra, // otherwise it is the schema of the answer
            "service_tier" => TierOf(value) is null ? ConverseRules.ServiceTier : null,
            "modalities" => null, // text goes without saying
            "audio" => ConverseRules.AudioAnswer,
            "web_search_options" => ConverseRules.WebSearch,
            "prediction" or "prompt_cache_key" or "prompt_cache_retention" or "metadata" or "store" or "safety_identifier" => ConverseRules.Hint,
            _ => Array.IndexOf(Grammars, name) >= 0 ? ConverseRules.Grammar : ConverseRules.Extra,
        };
        if (rule is not null) log.Apply(rule, "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
    }

    private void Open(ref bool isOpen)
    {
        if (!isOpen) json.WriteStartObject(Additional);
        isOpen = true;
    }

    private IEnumerable<(string Name, string Value)> Derived(ReasoningPlan plan, long? topK)
    {
        if (topK is { } k) yield return model.Family is ModelFamily.Nova or ModelFamily.Nova2 ? ("inferenceConfig", $$"""{"topK":{{k}}}""") : ("top_k", $"{k}");
        if (plan.Thinking is not null) yield return ("thinking", ThinkingOf(plan));
        if (plan.ReasoningEffort is { } effort) yield return ("reasoning_effort", $"\"{effort}\"");
        if (plan.NovaEffort is { } nova) yield return ("reasoningConfig", $$"""{"type":"enabled","maxReasoningEffort":"{{nova}}"}""");
        if (model.MayBeClaude && request.ExtraOf("anthropic_beta") is { } betas) yield return ("anthropic_beta", BetasOf(betas));
    }

    private static string ThinkingOf(ReasoningPlan plan)
    {
        var text = new StringBuilder($"{{\"type\":\"{plan.Thinking}\"");
        if (plan.Budget is { } budget) text.Append(CultureInfo.InvariantCulture, $",\"budget_tokens\":{budget}");
        if (plan.Display is { } display) text.Append($",\"display\":\"{display}\"");
        return text.Append('}').ToString();
    }

    /// <summary>A list in the body, where the header would be one text.</summary>
    private static string BetasOf(RawJson betas) => betas.Utf8.Span.StartsWith("["u8) ? betas.ToString() : $"[{betas}]";

    private void WriteTier()
    {
        if (request.ExtraOf("serviceTier") is not null || request.ExtraOf("service_tier") is not { } asked || TierOf(asked) is not { Length: > 0 } tier) return;
        json.WriteStartObject("serviceTier"u8);
        json.WriteString("type"u8, tier);
        json.WriteEndObject();
    }

    /// <summary>Bedrock's word for OpenAI's; empty for the one that goes without saying; null when there is none.</summary>
    private static string? TierOf(RawJson asked) => asked.ToString() switch
    {
        "\"default\"" => "default",
        "\"flex\"" => "flex",
        "\"priority\"" => "priority",
        "\"reserved\"" => "reserved",
        "\"auto\"" => "",
        _ => null,
    };

    private void WriteResponsePaths()
    {
        if (request.ExtraOf(ResponsePaths) is { } paths)
        {
            json.WritePropertyName(ResponsePaths);
            json.WriteRawValue(paths.Utf8.Span, skipInputValidation: true);
        }
        else if (request.Stop.Count > 0 && model.Family == ModelFamily.Claude && request.Dialect.StartsWith("anthropic.", StringComparison.Ordinal))
        {
            // Anthropic's clients are told which stop sequence was met; Converse tells only when it is asked.
            json.WriteStartArray(ResponsePaths);
            json.WriteStringValue("/stop_sequence"u8);
            json.WriteEndArray();
        }
    }
}
