using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>How a request asks a model of this API to think, and what else follows from it: max_tokens, effort.</summary>
internal sealed class ThinkingPlan
{
    private const long LeastBudget = 1024;
    private const long UnknownLimit = 4096;

    private readonly ChatRequest _request;
    private readonly ModelTraits _model;
    private readonly FidelityLog _log;
    private string? _type;
    private long _budget;

    public ThinkingPlan(ChatRequest request, ModelTraits model, FidelityLog log)
    {
        (_request, _model, _log) = (request, model, log);
        if (request.MaxTokens is null && model.MaxTokens is null) log.Apply(Fidelity.MaxTokens, request.PlaceOf(RequestMember.MaxTokens));
        MaxTokens = request.MaxTokens ?? model.MaxTokens ?? UnknownLimit;
        Raw = request.Reasoning is null ? request.ExtraNamed("thinking") : default;
        if (!Raw.IsEmpty) IsOn = IsThinking(Raw);
        else if (request.Reasoning is { } reasoning) Plan(reasoning);
        Overrule();
        if (_type == "enabled") MakeRoom();
    }

    public long MaxTokens { get; private set; }

    /// <summary>Of <c>output_config</c>; null to leave it out.</summary>
    public string? Effort { get; private set; }

    public bool IsOn { get; private set; }

    /// <summary>A <c>thinking</c> in this API's own words, from a client whose dialect has none.</summary>
    private RawJson Raw { get; set; }

    public void Write(Utf8JsonWriter writer)
    {
        if (!Raw.IsEmpty)
        {
            writer.WritePropertyName("thinking"u8);
            Wire.WriteRaw(writer, Raw);
            return;
        }

        if (_type is null) return;
        writer.WriteStartObject("thinking"u8);
        writer.WriteString("type"u8, _type);
        if (_type == "enabled") writer.WriteNumber("budget_tokens"u8, _budget);
        if (IsOn && _request.Reasoning?.Visible is { } visible) WriteDisplay(writer, visible);
        writer.WriteEndObject();
    }

    private void WriteDisplay(Utf8JsonWriter writer, bool visible)
    {
        // What is the default anyway need not be said to models that may not know the word.
        if (visible && _model.ShowsThinking) return;
        if (_model.HasDisplay) writer.WriteString("display"u8, visible ? "summarized"u8 : "omitted"u8);
        else _log.Apply(Fidelity.Display, _request.PlaceOf(RequestMember.VisibleThoughts));
    }

    private void Plan(Reasoning reasoning)
    {
        if (reasoning.Enabled == false || reasoning.Effort == "none")
        {
            // Models that cannot think need not be told, and may not know the word.
            _type = _model.CanThink ? "disabled" : null;
            if (reasoning.Effort is not (null or "none") && _model.HasEffort) Effort = Level(reasoning.Effort);
            return;
        }

        if (!_model.CanThink)
        {
            _log.Apply(Fidelity.Thinking, _request.PlaceOf(RequestMember.Reasoning));
            return;
        }

        if (reasoning.Effort is { } effort && _model.HasEffort) Effort = Level(effort);
        if (reasoning.BudgetTokens is { } budget) TakeBudget(budget, effortIsLost: reasoning.Effort is not null && !_model.HasEffort);
        else if (reasoning.Adaptive || (reasoning.Enabled == true && _model.CanAdapt)) Adapt(reasoning.Effort);
        else if (reasoning.Enabled == true || (reasoning.Effort is not null && !_model.HasEffort)) Guess(reasoning.Effort, Fidelity.EffortToBudget);
    }

    private void TakeBudget(long budget, bool effortIsLost)
    {
        // The budget says it more exactly than we could.
        if (effortIsLost) _log.Apply(Fidelity.EffortToBudget, _request.PlaceOf(RequestMember.Effort));
        if (!_model.TakesBudget)
        {
            _log.Apply(Fidelity.BudgetToAdaptive, _request.PlaceOf(RequestMember.ThinkingBudget));
            (_type, IsOn) = ("adaptive", true);
            return;
        }

        if (budget < LeastBudget) _log.Apply(Fidelity.Budget, _request.PlaceOf(RequestMember.ThinkingBudget));
        (_type, IsOn, _budget) = ("enabled", true, Math.Max(budget, LeastBudget));
    }

    private void Adapt(string? effort)
    {
        if (_model.CanAdapt) (_type, IsOn) = ("adaptive", true);
        else Guess(effort, Fidelity.AdaptiveToBudget);
    }

    /// <summary>A budget of our own choosing leaves at least half of the room to the answer, if it can.</summary>
    private void Guess(string? effort, FidelityRule rule)
    {
        _log.Apply(rule, _request.PlaceOf(RequestMember.Reasoning));
        long wanted = effort switch { "minimal" or "low" => LeastBudget, "high" => 16_384, "xhigh" or "max" => 32_000, _ => 8_192 };
        (_type, IsOn, _budget) = ("enabled", true, Math.Max(LeastBudget, Math.Min(wanted, MaxTokens / 2)));
    }

    private string Level(string effort)
    {
        var level = effort switch
        {
            "minimal" => "low",
            "xhigh" or "max" when !_model.HasHighestEffort => "high",
            _ => effort,
        };
        if (level != effort) _log.Apply(Fidelity.EffortLevel, _request.PlaceOf(RequestMember.Effort));
        return level;
    }

    /// <summary>What else was asked for can make thinking impossible. A forced tool is part of the contract, thinking is not.</summary>
    private void Overrule()
    {
        if (!IsOn) return;
        var forced = _request.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named;
        var needsThoughts = _type == "enabled" || (!Raw.IsEmpty && Type(Raw) == "enabled");
        if (!forced && !IsPrefilled && !(needsThoughts && LacksThoughts())) return;
        _log.Apply(Fidelity.ThinkingOverruled, _request.PlaceOf(RequestMember.Reasoning));
        (Raw, _type, IsOn) = (default, null, false);
    }

    /// <summary>Words of the model's own last turn stand where its thoughts would begin.</summary>
    private bool IsPrefilled => _request.Turns is [.., { Role: Role.Assistant }];

    /// <summary>
    /// With a budget, the turn whose calls are being answered must begin with its signed thoughts; clients of other dialects
    /// often have none to send back.
    /// </summary>
    private bool LacksThoughts()
    {
        var last = _request.Turns.Count - 1;
        while (last >= 0 && _request.Turns[last].Role == Role.User) last--;
        if (last < 0 || last == _request.Turns.Count - 1) return false;
        var answered = _request.Turns.Skip(last + 1).SelectMany(static t => t.Parts).Any(static p => p is ToolResultPart);
        while (last > 0 && _request.Turns[last - 1].Role == Role.Assistant) last--;
        return answered && _request.Turns[last].Parts is not [ReasoningPart { Token.Minter: Wire.Minter }, ..];
    }

    /// <summary>The budget counts into max_tokens, which must exceed it.</summary>
    private void MakeRoom()
    {
        if (MaxTokens > _budget) return;
        _log.Apply(Fidelity.MaxTokensRaised, _request.PlaceOf(RequestMember.MaxTokens));
        MaxTokens = _budget + Math.Max(1, MaxTokens);
    }

    private static bool IsThinking(RawJson thinking) => Type(thinking) is "enabled" or "adaptive";

    private static string? Type(RawJson thinking)
    {
        using var document = JsonDocument.Parse(thinking.Utf8, DeepJson.Document);
        return Wire.Text(document.RootElement, "type");
    }
}
