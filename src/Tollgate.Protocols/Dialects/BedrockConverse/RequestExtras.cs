using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Looks into the members of a request that only some providers know.</summary>
internal static class RequestExtras
{
    /// <summary>The member's value; null when it is not there, or JSON null.</summary>
    public static RawJson? ExtraOf(this ChatRequest request, string name)
    {
        for (var i = 0; i < request.Extras.Count; i++)
        {
            var (key, value) = request.Extras[i];
            if (key == name && !value.IsEmpty && !value.Utf8.Span.SequenceEqual("null"u8)) return value;
        }

        return null;
    }

    /// <summary>The text of a member of an object; null when it has none.</summary>
    public static string? TextOf(this RawJson json, ReadOnlySpan<byte> name)
    {
        using var document = JsonDocument.Parse(json.Utf8, DeepJson.Document);
        return document.RootElement.TextOf(name);
    }

    /// <summary>What was said about thinking: the reader's findings, or the member <c>thinking</c> of Anthropic's form where the reader knows none.</summary>
    public static Reasoning? ReasoningOf(this ChatRequest request)
    {
        if (request.Reasoning is { } read && (read.Enabled is not null || read.Adaptive || read.BudgetTokens is not null)) return read;
        if (request.ExtraOf("thinking") is not { } thinking) return request.Reasoning;
        using var document = JsonDocument.Parse(thinking.Utf8, DeepJson.Document);
        var type = document.RootElement.TextOf("type"u8);
        if (type is null) return request.Reasoning;
        var hasBudget = document.RootElement.TryMember("budget_tokens"u8, JsonValueKind.Number, out var budget);
        return (request.Reasoning ?? new Reasoning()) with
        {
            Enabled = type != "disabled",
            Adaptive = type == "adaptive",
            BudgetTokens = hasBudget && budget.TryGetInt64(out var tokens) ? tokens : null,
            Visible = document.RootElement.TextOf("display"u8) switch { "summarized" => true, "omitted" => false, _ => null },
        };
    }
}
