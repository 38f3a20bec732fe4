using Tollgate.Catalog;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Validation;

/// <summary>What a provider needs because of its kind. Whatever was written but is broken counts as given: it was reported already.</summary>
internal sealed class ProviderRules(ICollection<ConfigProblem> problems)
{
    private static readonly string[] Credentials = ["key", "keys", "token", "aws", "azure", "gcp"];

    public void Check(YamlEntry entry, YamlMap map, ProviderKind kind, ProviderConfig provider)
    {
        CheckPlace(entry, map, kind);
        CheckCredential(entry, map, kind, provider);
        CheckEffect(entry, map, kind);
    }

    private void CheckPlace(YamlEntry entry, YamlMap map, ProviderKind kind)
    {
        if (kind.Url is null && map["url"] is null)
        {
            Needs(entry, kind, kind.Envelope == EnvelopeKind.Azure ? "url: https://NAME.openai.azure.com" : "url: https://HOST/v1");
        }

        // The region is signed, so only a bearer token at a URL of one's own can do without.
        if (IsAws(kind) && map["region"] is null && (map["url"] is null || map["credentialOverride"] is not null || (map["key"] is null && map["token"] is null))) Needs(entry, kind, "region: us-east-1");
        if (!IsGoogle(kind)) return;

        if (map["project"] is null) Needs(entry, kind, "project: my-project");
        if (map["location"] is null) Needs(entry, kind, "location: global");
    }

    private void CheckCredential(YamlEntry entry, YamlMap map, ProviderKind kind, ProviderConfig provider)
    {
        string[] given = [.. Credentials.Where(key => map[key] is not null)];
        if (given.Length > 1)
        {
            problems.Error(KeyPlace(map, given[1]), $"providers.{entry.Key} has {string.Join(" and ", given)}: give one credential");
        }

        Misplaced("aws", IsAws(kind), "AWS identity");
        Misplaced("azure", kind.Credential == CredentialForm.ApiKey || IsOwnServer(kind, provider), "Azure identity");
        Misplaced("gcp", IsGoogle(kind), "Google Cloud identity");
        new IdentityRules(problems).Check(entry.Key, map);
        if (given.FirstOrDefault(key => key is "key" or "keys") is { } written && IsGoogle(kind))
        {
            problems.Error(KeyPlace(map, written), $"kind {kind.Name} takes an access token, not an API key: give gcp: {{ credentialsFile: PATH }} or token:");
        }

        if (given.Length == 0 && provider.CredentialOverride is not { Fallback: false } && NeedsCredential(kind, provider)) Needs(entry, kind, Credential(entry.Key, kind));

        void Misplaced(string key, bool fits, string noun)
        {
            if (!fits && given.Contains(key)) problems.Error(KeyPlace(map, key), $"kind {kind.Name} takes no {noun}: give {(IsAws(kind) ? "aws:" : IsGoogle(kind) ? "gcp:" : "key:")}");
        }
    }

    private static bool NeedsCredential(ProviderKind kind, ProviderConfig provider)
    {
        // AWS and Google have default chains, which are meant when nothing is written.
        if (kind.Credential == CredentialForm.None || kind.CredentialOptional || IsAws(kind) || IsGoogle(kind)) return false;

        return !IsOwnServer(kind, provider);
    }

    // Kind openai with another URL is how a server of one's own is written (Azure's v1 API, too), and most of them want no key.
    private static bool IsOwnServer(ProviderKind kind, ProviderConfig provider) =>
        kind.Name == "openai" && provider.Url is not null && provider.Url.AbsoluteUri.TrimEnd('/') != kind.Url;

    private static string Credential(string name, ProviderKind kind)
    {
        var key = $"key: \"${{{(kind.KeyVariables is [var variable, ..] ? variable : name.ToUpperInvariant().Replace('-', '_') + "_KEY")}}}\"";
        return kind.Credential == CredentialForm.ApiKey ? key + ", or azure: {} for Entra ID" : key;
    }

    // Said aloud, because a line without effect is usually a line at the wrong provider.
    private void CheckEffect(YamlEntry entry, YamlMap map, ProviderKind kind)
    {
        if (map["as"] is not null && !kind.InProcess) problems.Error(KeyPlace(map, "as"), $"as: belongs to kind simulator, and providers.{entry.Key} is {kind.Name}: remove it");

        Idle("region", IsAws(kind));
        Idle("project", IsGoogle(kind));
        Idle("location", IsGoogle(kind));
        Idle("apiVersion", kind.ApiVersion is not null);
        Idle("betas", !kind.Betas.IsEmpty);
        Idle("key", kind.Credential != CredentialForm.None);
        Idle("keys", kind.Credential != CredentialForm.None);
        Idle("token", kind.Credential != CredentialForm.None);
        Idle("credentialOverride", kind.Credential != CredentialForm.None);

        void Idle(string key, bool hasEffect)
        {
            if (!hasEffect && map[key] is not null) problems.Warning(KeyPlace(map, key), $"{key}: has no effect for kind {kind.Name}");
        }
    }

    private void Needs(YamlEntry entry, ProviderKind kind, string line) =>
        problems.Error(entry.Place, $"providers.{entry.Key} (kind {kind.Name}) needs {line}");

    private static bool IsAws(ProviderKind kind) => kind.Credential == CredentialForm.AwsSigV4;

    private static bool IsGoogle(ProviderKind kind) => kind.Credential == CredentialForm.Google;

    private static SourcePlace KeyPlace(YamlMap map, string key) => map.Entries.First(entry => entry.Key == key).Place;
}
