using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>How the model is told to think. All null: it is told nothing.</summary>
/// <param name="Thinking">Claude's <c>thinking.type</c>: enabled, adaptive or disabled.</param>
/// <param name="Budget">With enabled.</param>
/// <param name="Display">Claude's <c>thinking.display</c>.</param>
/// <param name="OutputEffort">Claude's effort, in <c>outputConfig</c>.</param>
/// <param name="ReasoningEffort">OpenAI's and DeepSeek's <c>reasoning_effort</c>.</param>
/// <param name="NovaEffort">Nova 2's <c>reasoningConfig.maxReasoningEffort</c>.</param>
internal sealed record ReasoningPlan(
    string? Thinking = null,
    long? Budget = null,
    string? Display = null,
    string? OutputEffort = null,
    string? ReasoningEffort = null,
    string? NovaEffort = null)
{
    /// <summary>True when nothing of it stands among the members that only some models know.</summary>
    public bool SaysNothing => Thinking is null && ReasoningEffort is null && NovaEffort is null;

    /// <summary>True when Claude thinks, and so refuses most sampling parameters.</summary>
    public bool ClaudeThinks => Thinking is "enabled" or "adaptive";
}

/// <summary>Finds out how a model can be told to think as the request wants.</summary>
/// <remarks>
/// Claude: <see href="https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html"/>. Nova 2:
/// <see href="https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html"/>.
/// </remarks>
internal sealed class ReasoningPlanner(ChatRequest request, ConverseModel model, FidelityLog log)
{
    private const long SmallestBudget = 1024;

    private static readonly ReasoningPlan Nothing = new();

    public ReasoningPlan Plan()
    {
        if (request.ReasoningOf() is not { } wanted) return Nothing;
        var isOff = wanted.Enabled == false || (wanted.Enabled is null && wanted.Effort == "none");
        if (wanted.Visible is not null && !model.MayBeClaude) log.Apply(ConverseRules.Visible, request.PlaceOf(RequestMember.VisibleThoughts));
        if (wanted is { Enabled: null, Effort: null, BudgetTokens: null, Adaptive: false }) return Nothing;
        return model.Family switch
        {
            ModelFamily.Claude or ModelFamily.Unknown => isOff ? ClaudeOff(wanted) : PlanClaude(wanted),
            ModelFamily.Nova2 => isOff ? Nothing : new ReasoningPlan(NovaEffort: NovaEffort(wanted)),
            ModelFamily.DeepSeek => isOff ? Nothing : new ReasoningPlan(ReasoningEffort: Nearest(wanted)),
            ModelFamily.OpenAI => isOff ? Drop(ConverseRules.ReasoningOff) : new ReasoningPlan(ReasoningEffort: Nearest(wanted)),
            _ => isOff ? Nothing : Drop(ConverseRules.Reasoning),
        };
    }

    private ReasoningPlan Drop(FidelityRule rule)
    {
        log.Apply(rule, request.PlaceOf(RequestMember.Reasoning));
        return Nothing;
    }

    private ReasoningPlan ClaudeOff(Reasoning wanted)
    {
        // Fable and Mythos cannot be stopped from thinking, and refuse to be told.
        if (model.AlwaysThinks) return Drop(ConverseRules.ReasoningOff);
        // Effort none only means that thinking was not asked for, which is what saying nothing means.
        return wanted.Enabled == false && model.ClaudeThinks ? new ReasoningPlan("disabled") : Nothing;
    }

    private ReasoningPlan PlanClaude(Reasoning wanted)
    {
        var isExplicit = wanted.BudgetTokens is not null || wanted.Adaptive;
        if (!isExplicit && (!model.ClaudeThinks || model.Family == ModelFamily.Unknown)) return Drop(ConverseRules.Reasoning);
        if (!isExplicit && wanted.Enabled is null && request.Dialect.StartsWith("anthropic.", StringComparison.Ordinal))
        {
            // There, effort is not only about thinking, and does not turn it on.
            return model.IsAdaptive ? new ReasoningPlan(OutputEffort: ClaudeEffort(wanted)) : Drop(ConverseRules.Reasoning);
        }

        if (request.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named) return Drop(ConverseRules.ReasoningForcedTool);
        var display = wanted.Visible switch { true => "summarized", false => "omitted", null => null };
        var plan = IsPlannedByBudget(wanted) ? PlanBudget(wanted) : new ReasoningPlan("adaptive", OutputEffort: AdaptiveEffort(wanted));
        return plan == Nothing ? plan : plan with { Display = display };
    }

    private bool IsPlannedByBudget(Reasoning wanted) => model.Family == ModelFamily.Unknown
        ? !wanted.Adaptive
        : !model.IsAdaptive || (wanted.BudgetTokens is not null && !model.IsAdaptiveOnly);

    private ReasoningPlan PlanBudget(Reasoning wanted)
    {
        if (IsThinkingLost()) return Drop(ConverseRules.ReasoningLost);
        if (wanted.BudgetTokens is { } budget) return new ReasoningPlan("enabled", budget);
        if (request.MaxTokens <= SmallestBudget) return Drop(ConverseRules.ReasoningNoRoom);
        log.Apply(ConverseRules.ReasoningBudget, request.PlaceOf(RequestMember.Effort));
        // Half of the room is left to the answer.
        var most = request.MaxTokens is { } room ? Math.Max(SmallestBudget, room / 2) : long.MaxValue;
        return new ReasoningPlan("enabled", Math.Min(BudgetOf(wanted.Effort), most));
    }

    private string? AdaptiveEffort(Reasoning wanted)
    {
        if (wanted.BudgetTokens is { } budget && wanted.Effort is null)
        {
            log.Apply(ConverseRules.ReasoningEffort, request.PlaceOf(RequestMember.Reasoning));
            return EffortOf(budget);
        }

        return model.IsAdaptive ? ClaudeEffort(wanted) : null;
    }

    private string? ClaudeEffort(Reasoning wanted)
    {
        var nearest = wanted.Effort switch
        {
            "minimal" => "low",
            "xhigh" when model.Version is > 0 and < 407 => "high",
            var other => other,
        };
        if (nearest != wanted.Effort) log.Apply(ConverseRules.ReasoningEffort, request.PlaceOf(RequestMember.Reasoning));
        return nearest;
    }

    /// <summary>
    /// True in the middle of tool use when the thinking that came with the call is not there: clients of other dialects forget it, and
    /// Claude refuses to think on without.
    /// </summary>
    private bool IsThinkingLost()
    {
        var turns = request.Turns;
        var last = turns.Count - 1;
        var (hasResult, hasCall, isSigned) = (false, false, false);
        for (; last >= 0 && turns[last].Role == Role.User; last--) hasResult |= turns[last].Parts.Any(p => p is ToolResultPart);
        for (; last >= 0 && turns[last].Role == Role.Assistant; last--)
        {
            hasCall |= turns[last].Parts.Any(p => p is ToolCallPart);
            isSigned |= turns[last].Parts.OfType<ReasoningPart>().Any(Conversation.IsSigned);
        }

        return hasResult && hasCall && !isSigned;
    }

    private string NovaEffort(Reasoning wanted)
    {
        var effort = Nearest(wanted);
        // Nova 2 refuses these beside a high effort.
        var isBound = request.MaxTokens is not null || request.Temperature is not null || request.TopP is not null || request.TopK is not null;
        if (effort != "high" || !isBound) return effort;
        log.Apply(ConverseRules.ReasoningEffort, request.PlaceOf(RequestMember.Reasoning));
        return "medium";
    }

    /// <summary>low, medium or high.</summary>
    private string Nearest(Reasoning wanted)
    {
        if (wanted.Effort is "low" or "medium" or "high") return wanted.Effort;
        log.Apply(ConverseRules.ReasoningEffort, request.PlaceOf(RequestMember.Reasoning));
        return wanted.Effort switch
        {
            "minimal" => "low",
            "xhigh" or "max" => "high",
            _ => wanted.BudgetTokens is { } budget ? EffortOf(budget) : "medium",
        };
    }

    private static string EffortOf(long budget) => budget switch
    {
        <= 2048 => "low",
        <= 8192 => "medium",
        _ => "high",
    };

    /// <summary>The same tokens as anthropic.messages gives its older models.</summary>
    private static long BudgetOf(string? effort) => effort switch
    {
        "minimal" or "low" => SmallestBudget,
        "high" => 16384,
        "xhigh" or "max" => 32000,
        _ => 8192,
    };
}
