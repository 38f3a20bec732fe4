using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Tollgate.Configuration.Values;
using Tollgate.Limits.Rules;

namespace Tollgate.Configuration.Validation;

/// <summary>What the shape of a limit alone cannot tell: names that must exist, and lines that contradict each other.</summary>
internal sealed class LimitRules(GatewayConfig config, DeclaredNames names, ICollection<ConfigProblem> problems)
{
    // Their values would stand in counters, which the admin port shows.
    private static readonly string[] Credentials = ["authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization"];

    /// <summary>Checks them all.</summary>
    public static void Check(GatewayConfig config, DeclaredNames names, ICollection<ConfigProblem> problems)
    {
        var rules = new LimitRules(config, names, problems);
        foreach (var limit in config.Limits) rules.Check(limit);
        foreach (var pool in config.Limits.Where(limit => limit.Pool is not null).GroupBy(limit => limit.Pool, StringComparer.Ordinal)) rules.CheckPool([.. pool]);
    }

    private void Check(LimitConfig limit)
    {
        if (limit.Shared && config.Stores.Counters is null) Error(limit, "is counted in a shared store, and there is none: add stores: { counters: redis://HOST:6379 }, or write store: local");
        if (limit.Unit == LimitUnit.Cost) CheckCost(limit);
        if (limit.Unit == LimitUnit.Money) CheckPrices(limit);
        foreach (var key in limit.By) CheckKey(limit, key);
        if (limit.By.Length != limit.By.Distinct().Count()) Error(limit, "names a key of by twice: remove one");
        if (limit.Match is not { } match) return;
        foreach (var provider in match.Providers) CheckName(limit, "provider", provider, names.Providers);
        foreach (var client in match.Clients) CheckClient(limit, client);
        foreach (var model in match.Models) CheckModel(limit, model);
        foreach (var header in match.Headers) CheckHeader(limit, header);
    }

    private void CheckCost(LimitConfig limit)
    {
        var known = config.Costs.Concat(config.Models.SelectMany(model => model.Costs)).Select(cost => cost.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (known.Contains(limit.Cost, StringComparer.Ordinal)) return;
        Error(limit, known.Length == 0
            ? $"counts the cost '{limit.Cost}', and there is none: add costs: [{{ name: {limit.Cost}, type: TotalToken }}]"
            : $"counts the cost '{limit.Cost}', which does not exist" + Spelling.DidYouMean(limit.Cost ?? "", known, $"the costs are {string.Join(", ", known)}"));
    }

    private void CheckPrices(LimitConfig limit)
    {
        var unpriced = UnpricedBackends.Of(config, limit).Take(4).ToArray();
        if (unpriced.Length == 0) return;
        problems.Warning(limit.Place, $"limits.{limit.Name} counts money, and the price of {string.Join(", ", unpriced.Take(3))}{(unpriced.Length > 3 ? ", …" : "")} is not known, so requests to it count nothing: add it below prices:");
    }

    private void CheckKey(LimitConfig limit, LimitKey key)
    {
        if (key.Subject == LimitSubject.Header) CheckHeaderName(limit, key.Name!);
        var ofCaller = key.Subject is LimitSubject.Client or LimitSubject.Key or LimitSubject.Team or LimitSubject.Organization or LimitSubject.Claim;
        if (ofCaller && CallersAreUnknown) problems.Warning(limit.Place, $"limits.{limit.Name} is by {LimitKeyText.Write(key)}, and callers are not told apart, so all share one counter: name them below clients:");
    }

    /// <summary>True when nothing in the configuration says who calls.</summary>
    private bool CallersAreUnknown => config.Clients.IsEmpty && config.AllowAnonymous;

    private void CheckHeaderName(LimitConfig limit, string name)
    {
        if (HeaderRules.NameComplaint(name) is { } complaint) Error(limit, $"names the header '{name}': {complaint}");
        else if (Credentials.Contains(name, StringComparer.OrdinalIgnoreCase)) Error(limit, $"is by the header {name}, which holds a secret: write by: key, or by: client");
    }

    private void CheckClient(LimitConfig limit, string client)
    {
        if (client.Contains('*', StringComparison.Ordinal) || names.Clients.Count == 0) return;
        CheckName(limit, "client", client, names.Clients);
    }

    /// <summary>A name that no request can have would be a limit that nothing is counted by, and nobody would notice.</summary>
    private void CheckModel(LimitConfig limit, string model)
    {
        if (model.Contains('*', StringComparison.Ordinal) || config.Models.Any(m => m.IsGlob ? Routing.Glob.Matches(m.Name, model) : m.Name == model)) return;
        var isQuota = !limit.Match!.Providers.IsEmpty || limit.By.Contains(new LimitKey(LimitSubject.Provider));
        if (isQuota && config.Models.Any(m => m.Backends.Any(b => b.Model == model))) return;
        Error(limit, $"is for the model '{model}', which nobody can ask for" + Spelling.DidYouMean(model, config.Models.Select(m => m.Name), "write a name or a glob of models:"));
    }

    private void CheckHeader(LimitConfig limit, HeaderMatch header)
    {
        if (HeaderRules.NameComplaint(header.Name) is { } complaint) Error(limit, $"names the header '{header.Name}': {complaint}");
        if (!header.IsPattern) return;
        try
        {
            HeaderRule.Expression(header.Value);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            Error(limit, $"has a pattern for {header.Name} that is not a regular expression in RE2's syntax: {(e as RegexParseException)?.Error.ToString() ?? "no references back, no look-around"}");
        }
    }

    private void CheckName(LimitConfig limit, string noun, string name, IReadOnlyList<string> known)
    {
        if (!known.Contains(name, StringComparer.Ordinal)) Error(limit, $"is for the {noun} '{name}', which does not exist" + Spelling.DidYouMean(name, known, $"the {noun}s are {string.Join(", ", known)}"));
    }

    private void CheckPool(LimitConfig[] pool)
    {
        if (pool.Length == 1) problems.Warning(pool[0].Place, $"limits.{pool[0].Name} is the only one of the pool '{pool[0].Pool}', so the pool changes nothing: add another limit to it, or remove pool:");
        if (pool.Any(limit => limit.Shared != pool[0].Shared)) Error(pool[0], $"is in the pool '{pool[0].Pool}' with limits of another store: count all of a pool in the same store");
    }

    private void Error(LimitConfig limit, string message) => problems.Error(limit.Place, $"limits.{limit.Name} {message}");
}
