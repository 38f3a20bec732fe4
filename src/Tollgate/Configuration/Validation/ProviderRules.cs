using Tollgate.Catalog;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Validation;

/// <summary>What a provider needs because of its kind. Whatever was written but is broken counts as given: it was reported already.</summary>
internal sealed class ProviderRules(ICollection<ConfigProblem> problems)
{
    private static readonly string[] Credentials = ["key", "token", "aws"];

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
        if (IsAws(kind) && map["region"] is null && (map["url"] is null || map["aws"] is not null)) Needs(entry, kind, "region: us-east-1");
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

        if (given.Contains("aws") && !IsAws(kind)) problems.Error(KeyPlace(map, "aws"), $"kind {kind.Name} takes no AWS keys: give key:");
        if (given.Contains("key") && IsGoogle(kind))
        {
            problems.Error(KeyPlace(map, "key"), $"kind {kind.Name} takes an access token, not an API key: give token:");
        }

        if (given.Length == 0 && NeedsCredential(kind, provider)) Needs(entry, kind, Credential(entry.Key, kind));
    }

    private static bool NeedsCredential(ProviderKind kind, ProviderConfig provider)
    {
        if (kind.Credential == CredentialForm.None || kind.CredentialOptional) return false;

        // Kind openai with another URL is how a server of one's own is written, and most of them want no key.
        return kind.Name != "openai" || provider.Url is null || provider.Url.AbsoluteUri.TrimEnd('/') == kind.Url;
    }

    private static string Credential(string name, ProviderKind kind) => kind.Credential switch
    {
        CredentialForm.AwsSigV4 => "aws: { accessKeyId: \"${AWS_ACCESS_KEY_ID}\", secretAccessKey: \"${AWS_SECRET_ACCESS_KEY}\" }, or key: with a Bedrock API key (this version reads no AWS profiles or roles)",
        CredentialForm.Google => "token: { file: PATH } with an access token (this version reads no Google credential files)",
        _ => $"key: \"${{{(kind.KeyVariables is [var variable, ..] ? variable : name.ToUpperInvariant().Replace('-', '_') + "_KEY")}}}\"",
    };

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
        Idle("token", kind.Credential != CredentialForm.None);

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
