using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translators;

/// <summary>A gateway in front of the built-in stand-in of one kind of provider, which refuses what that provider would.</summary>
internal static class OperationRig
{
    /// <summary>The models of the test as they are called at the provider; the client asks for them by the same name.</summary>
    public static Task<TestGateway> SimulatedAsync(string kind, params string[] models)
    {
        var place = kind switch
        {
            "aws-bedrock" or "aws-anthropic" => "region: us-east-1",
            "gcp-vertex" or "gcp-anthropic" => "project: p, location: us-central1",
            _ => null,
        };
        var provider = $"{{ kind: simulator, as: {kind}{(place is null ? "" : ", " + place)} }}";
        return TestGateway.StartAsync($"providers:\n  p: {provider}\nmodels:\n{string.Join('\n', models.Select(m => $"  '{m}': p"))}\n");
    }

    /// <summary>A provider of that kind which a test scripts, under the model <c>m</c>.</summary>
    public static Task<TestGateway> ScriptedAsync(ScriptedProvider provider, string kind, string model, string more = "", string top = "")
    {
        var identity = kind switch
        {
            "aws-bedrock" or "aws-anthropic" => "region: us-east-1, aws: { accessKeyId: AKIDEXAMPLE, secretAccessKey: SECRETEXAMPLE }",
            "gcp-vertex" or "gcp-anthropic" => "project: p, location: us-central1, token: t",
            _ => "key: k",
        };
        var url = provider.Url + (kind is "openai" or "anthropic" or "vllm" ? "/v1" : "");
        return TestGateway.StartAsync($"providers:\n  p: {{ kind: {kind}, url: '{url}', {identity}{more} }}\nmodels:\n  m: [{{ provider: p, model: '{model}' }}]\n{top}");
    }

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    public static string Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
