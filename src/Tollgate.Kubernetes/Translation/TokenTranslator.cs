using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Issuers of tokens of a SecurityPolicy.</summary>
internal sealed class TokenTranslator(ResourceSet set, SecretReader secrets, Findings findings)
{
    private const string KeySetKey = "jwks";

    /// <summary>Headers that would be made of claims of a caller's token: limits count by the claims themselves.</summary>
    public Dictionary<string, string> ClaimsOfHeaders { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<YamlMap> Issuers(Resource policy)
    {
        if (policy.Spec.Map("jwt") is not { } jwt) return [];
        if (jwt.Flag("optional") == true) findings.Refuse(jwt.Place, "a token is asked of all callers or of none: remove optional, or jwt");
        return [.. jwt.Maps("providers").Select(provider => Issuer(policy, provider)).OfType<YamlMap>()];
    }

    private YamlMap? Issuer(Resource policy, YamlMap provider)
    {
        var place = provider.Place;
        var audiences = provider.Scalars("audiences").ToList();
        if (provider.Scalar("issuer") is not { } issuer || audiences.Count == 0)
        {
            findings.Refuse(place, "tokens of anybody, or for anybody, are not taken: write issuer and audiences");
            return null;
        }

        if (KeysOf(policy, provider) is not { } keys) return null;

        foreach (var claim in provider.Maps("claimToHeaders")) ClaimsOfHeaders[claim.Text("header") ?? ""] = claim.Text("claim") ?? "";
        return Tree.Map(place, ("issuer", issuer), ("jwks", keys), ("audiences", Tree.List(place, audiences)));
    }

    /// <summary>An address, a file's path, or <c>{ json: TEXT }</c>.</summary>
    private YamlNode? KeysOf(Resource policy, YamlMap provider)
    {
        if (provider.MapAt("remoteJWKS")?.Scalar("uri") is { } address) return address;

        var local = provider.Map("localJWKS")!; // one of both is there
        var value = local.Text("type") == "ValueRef" ? OfReference(policy, local) : local.Scalar("inline");
        return value switch
        {
            YamlMap file => file["file"],
            YamlScalar text => Tree.Map(text.Place, ("json", text)),
            _ => null,
        };
    }

    // The original takes the key jwks, else the first one that there is.
    private YamlNode? OfReference(Resource policy, YamlMap local)
    {
        if (local.Map("valueRef") is not { } reference || set.Resolve(policy, reference, "ConfigMap") is not { } holder) return null;
        var data = holder.Root.Map("data");
        return secrets.Value(holder, data?["jwks"] is null && data?.Entries is [var first, ..] ? first.Key : KeySetKey, reference.Place);
    }
}
