using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>How a provider is told who calls.</summary>
/// <param name="Members">Members of the provider.</param>
/// <param name="Header">A header that carries the key where the kind has another for it.</param>
internal sealed record Credential(IReadOnlyList<(string Key, YamlNode? Value)> Members, (string Name, YamlNode Value)? Header = null);

/// <summary>Makes credentials of BackendSecurityPolicies.</summary>
internal sealed class CredentialTranslator(ResourceSet set, SecretReader secrets, Findings findings)
{
    private const string Kind = "BackendSecurityPolicy";

    private readonly CloudTranslator _clouds = new(secrets, findings);

    public Credential Of(Resource backend)
    {
        var policies = set.Targeting(Kind, backend.Namespace, ["AIServiceBackend"], backend.Name).ToList();
        if (policies.Count > 1) findings.Problems.Error(policies[1].Place, $"{policies[1].Title} and {policies[0].Title} both target {backend.Title}: a backend has one credential");
        if (policies.FirstOrDefault() is { } policy) return Of(policy, SchemaNames.KindOf(backend), backend);
        if (SchemaNames.KindOf(backend) is not "openai") findings.Refuse(backend.Place, $"{backend.Title} needs a {Kind}: clients' own keys are not sent on to providers");
        return new Credential([]);
    }

    private Credential Of(Resource policy, string kind, Resource backend)
    {
        var spec = policy.Spec;
        var credential = spec.Text("type") switch
        {
            "APIKey" => Key(policy, "apiKey", kind is "openai" or "cohere" or "aws-bedrock" or "aws-anthropic" ? "key" : "token"),
            "AnthropicAPIKey" => kind == "anthropic" ? Key(policy, "anthropicAPIKey", "key") : Header(policy, "anthropicAPIKey", "x-api-key"),
            "AzureAPIKey" => kind == "azure-openai" ? Key(policy, "azureAPIKey", "key") : Header(policy, "azureAPIKey", "api-key"),
            "AWSCredentials" when kind.StartsWith("aws-", StringComparison.Ordinal) => new Credential(_clouds.Aws(policy, spec.Map("awsCredentials")!)),
            "AzureCredentials" when kind is "azure-openai" or "openai" => new Credential(_clouds.Azure(policy, spec.Map("azureCredentials")!)),
            "GCPCredentials" when kind.StartsWith("gcp-", StringComparison.Ordinal) => new Credential(_clouds.Gcp(policy, spec.Map("gcpCredentials")!)),
            var type => Unfit(policy, type, backend),
        };
        return credential with { Members = [.. credential.Members, ("credentialOverride", Override(spec.MapAt("credentialOverride", "fromRequestHeaders")))] };
    }

    private Credential Unfit(Resource policy, string? type, Resource backend)
    {
        findings.Refuse(policy.Place, $"{type} does not fit the schema of {backend.Title}: its provider takes another credential");
        return new Credential([]);
    }

    private Credential Key(Resource policy, string member, string key) => new([(key, Secret(policy, member))]);

    private Credential Header(Resource policy, string member, string header)
    {
        var value = Secret(policy, member);
        if (value is YamlScalar text) return new Credential([], (header, text));
        if (value is not null) findings.Refuse(value.Place, $"a key in a file cannot be sent as {header} to this schema: write it below stringData, as \"${{VARIABLE}}\"");
        return new Credential([]);
    }

    private YamlNode? Secret(Resource policy, string member) =>
        policy.Spec.MapAt(member, "secretRef") is { } reference ? secrets.Read(policy, reference, "apiKey") : null;

    private static YamlMap? Override(YamlMap? headers) => headers is null ? null : Tree.Map(headers.Place,
    [
        ("header", headers.Scalar("header")),
        ("fallback", headers.Scalar("fallbackToConfigured")),
    ]);
}
