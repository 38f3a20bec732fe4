using Tollgate.Configuration.Values;

namespace Tollgate.Configuration.Validation;

/// <summary>Whoever may ask for a model must be somebody who may call.</summary>
internal static class AccessRules
{
    public static void Check(GatewayConfig config, DeclaredNames names, ICollection<ConfigProblem> problems)
    {
        var issuers = config.Authentication.Jwt.Select(jwt => jwt.Issuer).OfType<string>().ToList();
        foreach (var model in config.Models)
        {
            if (model.Access is not { } access) continue;

            foreach (var name in access.Clients.Except(names.Clients, StringComparer.Ordinal)) Unknown(name, names.Clients, "client", "clients");
            foreach (var name in access.Issuers.Except(issuers, StringComparer.Ordinal)) Unknown(name, issuers, "issuer", "authentication.jwt");
            if (access.Passwords && config.Authentication.Basic is null) problems.Error(access.Place, $"models.{model.Name}.access lets in users with passwords, and there are none: write authentication.basic, or remove it");

            void Unknown(string name, IReadOnlyList<string> known, string noun, string where) =>
                problems.Error(access.Place, $"models.{model.Name}.access: no {noun} is named '{name}'" + Spelling.DidYouMean(name, known, $"add it to {where}, or correct the name"));
        }
    }
}
