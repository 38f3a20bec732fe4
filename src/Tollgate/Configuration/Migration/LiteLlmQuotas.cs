using System.Globalization;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Migration;

/// <summary>
/// Requests and tokens a minute (<c>rpm</c>, <c>tpm</c>) of deployments, as quotas of their providers: while one is out, the next backend is
/// asked, as LiteLLM's router does.
/// </summary>
internal sealed class LiteLlmQuotas(ICollection<ConfigProblem> problems)
{
    private readonly Dictionary<(string Provider, string Model, string Unit), YamlEntry> _known = [];
    private readonly List<YamlEntry> _entries = [];

    /// <summary>The members of <c>limits</c>; null when there are none.</summary>
    public YamlMap? Limits => _entries.Count == 0 ? null : new YamlMap(_entries[0].Place, _entries);

    /// <summary>Takes those of a deployment.</summary>
    public void Add(string provider, string model, YamlMap entry, YamlMap parameters)
    {
        // LiteLLM reads them from both places.
        Add(provider, model, "requests", parameters.Scalar("rpm") ?? entry.Scalar("rpm") ?? entry.Map("model_info")?.Scalar("rpm"));
        Add(provider, model, "tokens", parameters.Scalar("tpm") ?? entry.Scalar("tpm") ?? entry.Map("model_info")?.Scalar("tpm"));
    }

    private void Add(string provider, string model, string unit, YamlScalar? amount)
    {
        if (amount is null) return;
        if (!long.TryParse(amount.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            problems.Warning(amount.Place, $"{amount.Written} {unit} a minute is no limit here and was left out");
            return;
        }

        if (_known.TryGetValue((provider, model, unit), out var first))
        {
            if (((YamlMap)first.Value).Text(unit) != amount.Text) problems.Warning(amount.Place, $"{unit} a minute of {provider} and {model} are written twice, and the first counts: {first.Place}");
            return;
        }

        // Its counters are by provider and model, so deployments of one provider do not share them.
        var match = Tree.Map(amount.Place, ("providers", Tree.List(amount.Place, [Tree.Text(amount.Place, provider)])), ("models", Tree.List(amount.Place, [Tree.Text(amount.Place, model)])));
        var limit = new YamlEntry($"{provider}-{model}-{unit}", amount.Place, Tree.Map(amount.Place, (unit, Tree.Number(amount.Place, count)), ("per", Tree.Text(amount.Place, "minute")), ("match", match)));
        _known.Add((provider, model, unit), limit);
        _entries.Add(limit);
    }
}
