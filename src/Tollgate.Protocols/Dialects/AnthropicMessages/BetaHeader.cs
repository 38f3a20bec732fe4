using System.Collections.Frozen;
using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// Flags of the header <c>anthropic-beta</c> (<see href="https://docs.anthropic.com/en/api/beta-headers"/>) where the provider speaks
/// another dialect. Most of them only open a member, a tool or a block of the body, whose own rule says what becomes of it; the others
/// change the answer by themselves.
/// </summary>
public static class BetaHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "anthropic-beta";

    private const int LengthOfDate = 10;

    private static readonly FidelityRule Unknown = new(
        Name, Dropped, "Flags of Claude's API mean nothing to another one. Those that only let a body have more are silent: what they let in is judged by itself.")
    { IsGeneric = true };

    private static readonly FidelityRule Thinking = new(
        Name + "/interleaved-thinking", Dropped, "Other models decide themselves when they think.")
    { IsHarmless = true, IsGeneric = true };

    // Without their dates, because a later version of a flag says the same.
    private static readonly FrozenSet<string> Silent = new[]
    {
        // Open a member, a tool, a kind of block, or a path.
        "advanced-tool-use", "code-execution", "compact", "computer-use", "context-management", "effort", "fast-mode", "files-api", "mcp-client",
        "memory", "message-batches", "pdfs", "search-results", "skills", "structured-outputs", "token-counting", "tool-examples",
        "tool-search-tool", "web-fetch", "web-search",

        // Say how something travels or is kept that is said another way there.
        "extended-cache-ttl", "fine-grained-tool-streaming", "prompt-caching", "prompt-caching-scope", "token-efficient-tools",

        // Lift a limit of one model of Claude's: max_tokens is sent as it was written.
        "max-tokens-3-5-sonnet", "output-128k",

        // Name a way to stop, and who calls.
        "claude-code", "model-context-window-exceeded", "oauth",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What of it another dialect cannot say.</summary>
    internal static IReadOnlyList<FidelityRule> Rules { get; } = [Unknown, Thinking];

    /// <summary>The flags of the header's values, each once, in order.</summary>
    public static IEnumerable<string> Flags(IEnumerable<string?> values) => values
        .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Notes a flag that the provider is not told. A harmless one leaves no trace.</summary>
    public static void Drop(string flag, FidelityLog log)
    {
        ArgumentNullException.ThrowIfNull(flag);
        ArgumentNullException.ThrowIfNull(log);
        var name = Undated(flag);
        if (Silent.Contains(name)) return;
        log.Apply(name == "interleaved-thinking" ? Thinking : Unknown, $"/{Name}/{flag}");
    }

    /// <summary><c>context-1m-2025-08-07</c> and <c>claude-code-20250219</c> without their dates.</summary>
    private static string Undated(string flag)
    {
        var (compact, full) = (LengthOfDate - 2, LengthOfDate);
        if (Ends(flag, full) && flag[^6] == '-' && flag[^3] == '-') return flag[..^(full + 1)];
        return Ends(flag, compact) && flag.AsSpan(flag.Length - compact).IndexOfAnyExceptInRange('0', '9') < 0 ? flag[..^(compact + 1)] : flag;
    }

    private static bool Ends(string flag, int length) => flag.Length > length + 1 && flag[^(length + 1)] == '-' && char.IsAsciiDigit(flag[^length]);
}
