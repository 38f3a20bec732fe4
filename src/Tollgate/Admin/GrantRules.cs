using System.Collections.Immutable;
using Tollgate.Configuration;
using Tollgate.Routing;

namespace Tollgate.Admin;

/// <summary>A grant can never exceed what its holder has: models, providers, budget and limits are compared with those of team and organisation.</summary>
internal static class GrantRules
{
    internal static void CheckProviders(FieldReader fields, ImmutableArray<string> providers, GatewayConfig config)
    {
        foreach (var name in providers.Where(name => !config.Providers.Any(p => p.Name == name)))
        {
            fields.Fault("providers", $"has '{name}', which is no provider here: write some of {string.Join(", ", config.Providers.Take(20).Select(p => p.Name))}");
        }
    }

    /// <param name="fields">Gets what is wrong.</param>
    /// <param name="grant">What shall be given.</param>
    /// <param name="holder">Team or organisation that it is given in; null: none.</param>
    /// <param name="noun">What the holder is, for messages.</param>
    internal static void Check(FieldReader fields, GroupConfig grant, GroupConfig? holder, string noun)
    {
        if (holder is null) return;
        var whose = $"the {noun} '{holder.Name}'";
        foreach (var model in grant.Models.Where(model => !holder.Models.IsEmpty && !holder.Models.Any(allowed => Glob.Matches(allowed, model))))
        {
            fields.Fault("models", $"has '{model}', which {whose} may not ask for: it is for {string.Join(", ", holder.Models)}");
        }

        foreach (var provider in grant.Providers.Where(provider => !holder.Providers.IsEmpty && !holder.Providers.Contains(provider, StringComparer.Ordinal)))
        {
            fields.Fault("providers", $"has '{provider}', which may not serve {whose}: it is for {string.Join(", ", holder.Providers)}");
        }

        foreach (var allowance in grant.Allowances)
        {
            foreach (var bound in holder.Allowances.Where(b => b.Unit == allowance.Unit && b.Per == allowance.Per && b.Limit < allowance.Limit))
            {
                var word = AllowanceUnits.Word(allowance.Unit);
                fields.Fault(allowance.Unit == LimitUnit.Money ? word : "limits." + word, $"is more than {whose} has: at most {bound.Text}");
            }
        }
    }
}
