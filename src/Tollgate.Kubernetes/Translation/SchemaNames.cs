using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>What the schemas of AIServiceBackends are called here.</summary>
internal static class SchemaNames
{
    /// <summary>Kind of the catalogue.</summary>
    public static string KindOf(Resource backend) => Schema(backend).Text("name") switch
    {
        "Cohere" => "cohere",
        "AWSBedrock" => "aws-bedrock",
        "AWSAnthropic" => "aws-anthropic",
        "AzureOpenAI" => "azure-openai",
        "GCPVertexAI" => "gcp-vertex",
        "GCPAnthropic" => "gcp-anthropic",
        "Anthropic" => "anthropic",
        _ => "openai",
    };

    /// <summary>What stands between the host and the operation: for OpenAI and Anthropic the prefix.</summary>
    public static string PathOf(Resource backend) => KindOf(backend) is "openai" or "anthropic"
        ? (Schema(backend).Text("prefix")?.Trim('/') ?? "v1") is { Length: > 0 } prefix ? "/" + prefix : ""
        : "";

    /// <summary>Where the kind has versions.</summary>
    public static YamlScalar? ApiVersion(Resource backend) =>
        KindOf(backend) is "azure-openai" or "gcp-anthropic" or "aws-anthropic" && Schema(backend).Scalar("version") is { Text.Length: > 0 } version ? version with { IsPlain = false } : null;

    private static YamlMap Schema(Resource backend) => backend.Spec.Map("schema") ?? new YamlMap(backend.Place, []);
}
