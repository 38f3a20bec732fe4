using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Writes <c>thinkingConfig</c>. A budget of the client wins over an effort, since Gemini takes only one of them. Gemini 3 has levels; before
/// it an effort becomes a budget, by the table of Google's OpenAI-compatible endpoint.
/// </summary>
internal sealed class Thinking(ChatRequest request, GeminiModel model, FidelityLog log)
{
    private const long Dynamic = -1;

    public void Write(Utf8JsonWriter json)
    {
        if (request.Reasoning is not { } reasoning) return;
        var isOff = reasoning.Enabled == false || (reasoning.Effort == "none" && reasoning.BudgetTokens is null);
        if (!model.IsModern)
        {
            if (!isOff) log.Apply(Fidelity.NoThinking, request.PlaceOf(RequestMember.Reasoning));
            return;
        }

        var level = model.Is3 ? Level(reasoning, isOff) : null;
        var budget = level is null ? Budget(reasoning, isOff) : null;
        var isShown = isOff || budget == 0 ? null : Shown(reasoning); // Gemini refuses to show thoughts that it is told not to have
        if (level is null && budget is null && isShown is null) return;
        json.WriteStartObject("thinkingConfig"u8);
        if (isShown is { } shown) json.WriteBoolean("includeThoughts"u8, shown);
        if (budget is { } tokens) json.WriteNumber("thinkingBudget"u8, tokens);
        if (level is not null) json.WriteString("thinkingLevel"u8, level);
        json.WriteEndObject();
    }

    /// <summary>
    /// Thoughts that are asked for are shown unless told otherwise, as Anthropic has it: Gemini hides them by default. Clients of chat
    /// completions, who can only ask for effort, read them in <c>reasoning_content</c>; those of responses ask for a summary or want none.
    /// </summary>
    private bool? Shown(Reasoning reasoning) => reasoning.Visible ?? request.Dialect switch
    {
        "anthropic.messages" => reasoning.Enabled == true || reasoning.Adaptive ? true : null,
        "openai.chat" => reasoning.Enabled == true || reasoning.BudgetTokens > 0 || reasoning.Effort is not null ? true : null,
        _ => null,
    };

    private string? Level(Reasoning reasoning, bool isOff)
    {
        if (isOff)
        {
            log.Apply(Fidelity.AlwaysThinks, request.PlaceOf(RequestMember.Reasoning));
            return Least;
        }

        if (reasoning.BudgetTokens is not null) return null;
        return reasoning.Effort switch
        {
            null => null,
            "minimal" when !model.IsFlash => Near(Least),
            "minimal" => Least,
            "low" => "LOW",
            "medium" when !model.IsFlash && !model.Is31 => Near("HIGH"),
            "medium" => "MEDIUM",
            "high" => "HIGH",
            "xhigh" or "max" => Near("HIGH"),
            _ => Unknown<string>(),
        };
    }

    private string Least => model.IsFlash ? "MINIMAL" : "LOW";

    private string Near(string level)
    {
        log.Apply(Fidelity.Effort, request.PlaceOf(RequestMember.Effort));
        return level;
    }

    private T? Unknown<T>()
    {
        log.Apply(Fidelity.UnknownEffort, request.PlaceOf(RequestMember.Effort));
        return default;
    }

    private long? Budget(Reasoning reasoning, bool isOff)
    {
        if (isOff && model.IsFlash) return 0;
        if (isOff)
        {
            log.Apply(Fidelity.AlwaysThinks, request.PlaceOf(RequestMember.Reasoning));
            return Range.Least;
        }

        if (reasoning.BudgetTokens is { } tokens) return tokens is 0 or Dynamic && (model.IsFlash || tokens == Dynamic) ? tokens : Clamp(tokens);
        if (!model.Is3 && reasoning.Effort is { } effort) return FromEffort(effort);
        return !model.Is3 && (reasoning.Adaptive || reasoning.Enabled == true) ? Dynamic : null;
    }

    private long? FromEffort(string effort)
    {
        long? tokens = effort switch
        {
            "minimal" or "low" => 1024,
            "medium" => 8192,
            "high" or "xhigh" or "max" => 24576,
            _ => Unknown<long?>(),
        };
        if (tokens is not null) log.Apply(Fidelity.Effort, request.PlaceOf(RequestMember.Effort));
        return tokens;
    }

    private (long Least, long Most) Range => (model.IsFlash, model.IsLite) switch
    {
        (true, true) => (512, 24576),
        (true, false) => (0, 24576),
        _ => (128, 32768),
    };

    private long Clamp(long tokens)
    {
        var nearest = Math.Clamp(tokens, Range.Least, Range.Most);
        if (nearest != tokens) log.Apply(Fidelity.Budget, request.PlaceOf(RequestMember.ThinkingBudget));
        return nearest;
    }
}
