using System.Text.Json.Nodes;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Bedrock;

/// <summary>The models that InvokeModel takes beside Claude, each family with a grammar of its own.</summary>
internal static class InvokedModels
{
    /// <summary>Null: a model of Claude's.</summary>
    public static Func<Call, JsonObject, string, Task>? Find(string model) => model switch
    {
        _ when Has(model, "amazon.titan-embed") => TitanEmbeddings.HandleAsync,
        _ when Has(model, "cohere.embed") => CohereEmbeddings.HandleAsync,
        _ when Has(model, "amazon.nova") && Has(model, "embed") => NovaEmbeddings.HandleAsync,
        _ when Has(model, "rerank") => Rerank.HandleAsync,
        _ when Has(model, "embed") => TitanEmbeddings.HandleAsync,
        _ => null,
    };

    /// <summary>Amazon's validation of bodies: no member that the schema does not have.</summary>
    public static void Allow(JsonObject body, params string[] names)
    {
        foreach (var (name, _) in body)
        {
            if (!names.Contains(name)) throw BedrockRuntime.Invalid($"#: extraneous key [{name}] is not permitted");
        }
    }

    public static void CountTokens(Call call, int tokens) =>
        call.Context.Response.Headers["x-amzn-bedrock-input-token-count"] = tokens.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool Has(string model, string part) => model.Contains(part, StringComparison.Ordinal);
}
