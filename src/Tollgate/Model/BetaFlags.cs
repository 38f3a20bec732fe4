using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Protocols.Chat;

namespace Tollgate.Model;

/// <summary>
/// Flags of <c>anthropic-beta</c> at a host that refuses requests with any that it does not know: which it takes, and what it calls them.
/// </summary>
internal sealed class BetaFlags
{
    private static readonly FidelityRule Rule = new("anthropic-beta", FidelityOutcome.Dropped, "The host refuses requests with a flag that it does not know.") { IsGeneric = true };

    private readonly FrozenDictionary<string, string> _names;
    private readonly bool _takesAll;

    private BetaFlags(FrozenDictionary<string, string> names, bool takesAll) => (_names, _takesAll) = (names, takesAll);

    /// <summary>Null for a kind that takes them all.</summary>
    internal static BetaFlags? Of(ProviderKind kind, ProviderConfig config)
    {
        if (kind.Betas.IsEmpty) return null;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var flag in kind.Betas.Concat(config.Betas))
        {
            var words = flag.Split('=', 2, StringSplitOptions.TrimEntries);
            names[words[0]] = words[^1];
        }

        return new BetaFlags(names.ToFrozenDictionary(StringComparer.Ordinal), config.Betas.Contains("*", StringComparer.Ordinal));
    }

    /// <summary>What the host calls a flag; null: it does not know it.</summary>
    internal string? NameOf(string flag) => _names.GetValueOrDefault(flag) ?? (_takesAll ? flag : null);

    /// <summary>The flags of a header in the host's words, each once; the others go to <paramref name="dropped"/>.</summary>
    internal IReadOnlyList<string> Keep(StringValues header, out IReadOnlyList<FidelityEntry> dropped)
    {
        List<string> kept = [];
        List<FidelityEntry>? lost = null;
        foreach (var flag in header.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var name = NameOf(flag);
            if (name is null) (lost ??= []).Add(new FidelityEntry(Rule, "/anthropic-beta/" + flag));
            else if (!kept.Contains(name, StringComparer.Ordinal)) kept.Add(name);
        }

        dropped = lost ?? (IReadOnlyList<FidelityEntry>)[];
        return kept;
    }
}
