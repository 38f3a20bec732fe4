using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Validation;

/// <summary>Which keys of a cloud identity belong together and which exclude each other.</summary>
internal sealed class IdentityRules(ICollection<ConfigProblem> problems)
{
    private static readonly TimeSpan ShortestSession = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestSession = TimeSpan.FromHours(12);

    public void Check(string provider, YamlMap map)
    {
        if (map["aws"] is YamlMap aws) Aws($"providers.{provider}.aws", aws);
        if (map["azure"] is YamlMap azure) Azure($"providers.{provider}.azure", azure);
        if (map["gcp"] is YamlMap gcp) Gcp($"providers.{provider}.gcp", gcp);
    }

    private void Aws(string path, YamlMap map)
    {
        Needs(path, map, "accessKeyId", "secretAccessKey");
        Needs(path, map, "secretAccessKey", "accessKeyId");
        Needs(path, map, "sessionToken", "accessKeyId");
        OneOf(path, map, ["accessKeyId"], ["profile", "credentialsFile"], ["webIdentityTokenFile"], ["oidc"]);
        Needs(path, map, "webIdentityTokenFile", "roleArn", "roleArn: arn:aws:iam::ACCOUNT:role/NAME");
        Needs(path, map, "oidc", "roleArn", "roleArn: arn:aws:iam::ACCOUNT:role/NAME");
        foreach (var key in (string[])["externalId", "sessionName", "duration"]) Needs(path, map, key, "roleArn", "roleArn: arn:aws:iam::ACCOUNT:role/NAME");
        Session(path, map);
        Oidc(path, map);
    }

    private void Session(string path, YamlMap map)
    {
        if (map.Duration("duration") is { } duration && (duration < ShortestSession || duration > LongestSession))
        {
            Error(map, "duration", $"{path}.duration must be 15m to 12h, which is what STS allows");
        }
    }

    private void Azure(string path, YamlMap map)
    {
        OneOf(path, map, ["clientSecret"], ["certificateFile"], ["tokenFile"], ["oidc"], ["managedIdentity"]);
        foreach (var key in (string[])["clientSecret", "certificateFile", "oidc"])
        {
            Needs(path, map, key, "tenantId");
            Needs(path, map, key, "clientId");
        }

        Needs(path, map, "tokenFile", "tenantId");
        Needs(path, map, "tokenFile", "clientId");
        Needs(path, map, "certificatePassword", "certificateFile");
        Oidc(path, map);
    }

    private void Gcp(string path, YamlMap map)
    {
        OneOf(path, map, ["credentialsFile"], ["credentials"], ["metadata"], ["workloadIdentity"]);
        if (map["workloadIdentity"] is not YamlMap federation) return;

        var inner = $"{path}.workloadIdentity";
        OneOf(inner, federation, ["tokenFile"], ["oidc"]);
        if (federation["tokenFile"] is null && federation["oidc"] is null) problems.Add(new ConfigProblem(federation.Place, $"{inner} needs tokenFile: PATH, or oidc: with a provider that gives the token"));
        Oidc(inner, federation);
    }

    private void Oidc(string path, YamlMap owner)
    {
        if (owner["oidc"] is not YamlMap map) return;

        OneOf($"{path}.oidc", map, ["issuer"], ["tokenUrl"]);
        if (map["issuer"] is null && map["tokenUrl"] is null) problems.Add(new ConfigProblem(map.Place, $"{path}.oidc needs issuer: https://HOST"));
    }

    private void Needs(string path, YamlMap map, string key, string other, string? line = null)
    {
        if (map[key] is not null && map[other] is null) Error(map, key, $"{path} has {key} and needs {line ?? other} with it");
    }

    private void OneOf(string path, YamlMap map, params string[][] forms)
    {
        string[] given = [.. forms.Select(form => form.FirstOrDefault(key => map[key] is not null)).OfType<string>()];
        if (given.Length > 1) Error(map, given[1], $"{path} has {string.Join(" and ", given)}: give one of them");
    }

    private void Error(YamlMap map, string key, string message) => problems.Add(new ConfigProblem(map.Entries.First(entry => entry.Key == key).Place, message));
}
