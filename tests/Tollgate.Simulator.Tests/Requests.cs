using System.Text;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Tests;

/// <summary>The same question in every dialect, as plain HTTP.</summary>
internal static class Requests
{
    public const string Chat = "/v1/chat/completions";
    public const string Messages = "/v1/messages";

    public static HttpRequestMessage To(string path, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (path.StartsWith(Messages, StringComparison.Ordinal)) request.Headers.Add("anthropic-version", "2023-06-01");
        return request;
    }

    /// <summary>A question to a model under one of the dialects' names.</summary>
    public static HttpRequestMessage Ask(string dialect, string model, bool stream = false, string more = "") => dialect switch
    {
        "openai" => To(Chat, $$"""{"model":"{{model}}","stream":{{Json(stream)}},"messages":[{"role":"user","content":"Who goes there?"}]{{more}}}"""),
        "responses" => To("/v1/responses", $$"""{"model":"{{model}}","stream":{{Json(stream)}},"input":"Who goes there?"{{more}}}"""),
        "azure" => To($"/openai/deployments/{Uri.EscapeDataString(model)}/chat/completions?api-version=2024-10-21", $$"""{"stream":{{Json(stream)}},"messages":[{"role":"user","content":"Who goes there?"}]{{more}}}"""),
        "anthropic" => To(Messages, $$"""{"model":"{{model}}","max_tokens":4000,"stream":{{Json(stream)}},"messages":[{"role":"user","content":"Who goes there?"}]{{more}}}"""),
        "bedrock" => To($"/model/{Uri.EscapeDataString(model)}/converse{(stream ? "-stream" : "")}", $$"""{"messages":[{"role":"user","content":[{"text":"Who goes there?"}]}]{{more}}}"""),
        "gemini" => To($"/v1/projects/p/locations/l/publishers/google/models/{model}:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}", $$"""{"contents":[{"role":"user","parts":[{"text":"Who goes there?"}]}]{{more}}}"""),
        "cohere" => To("/v2/rerank", $$"""{"model":"{{model}}","query":"gate","documents":["a gate","a duck"]}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, null),
    };

    public static async Task<JsonNode> JsonAsync(this HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue(text);
            return JsonNode.Parse(text)!;
        }
    }

    private static string Json(bool value) => value ? "true" : "false";
}
