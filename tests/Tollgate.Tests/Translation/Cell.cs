namespace Tollgate.Tests.Translation;

/// <summary>A kind of provider as a client of another dialect meets it.</summary>
/// <param name="Kind">In the catalogue's words; <c>chat-only</c> and <c>responses-only</c> are OpenAI held to one of its dialects.</param>
/// <param name="Dialect">What it is asked in.</param>
/// <param name="Model">Name of the model there.</param>
/// <param name="Target">Path and query of a plain request.</param>
/// <param name="StreamTarget">Path and query of a streamed one.</param>
/// <param name="Identity">Keys of the configuration that say who asks.</param>
/// <param name="Credential">Header that proves it, and its value; null when it is a signature.</param>
internal sealed record Cell(string Kind, string Dialect, string Model, string Target, string StreamTarget, string Identity, (string Name, string Value)? Credential)
{
    public const string OpenAI = "/v1/chat/completions";
    public const string Responses = "/v1/responses";
    public const string Anthropic = "/v1/messages";
    public const string Secret = "SECRETEXAMPLE";

    private const string Key = "provider-key-7f3a";
    private const string Google = "project: my-project, location: us-east5, token: " + Key;
    private const string Aws = "region: us-east-1, aws: { accessKeyId: AKIDEXAMPLE, secretAccessKey: " + Secret + " }";
    private const string Vertex = "/v1/projects/my-project/locations/us-east5/publishers/";
    private const string Deployment = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";

    private static readonly Cell[] All =
    [
        new("openai", "openai.chat", "gpt-4o", "/v1/chat/completions", "/v1/chat/completions", "key: " + Key, ("authorization", "Bearer " + Key)),
        new("chat-only", "openai.chat", "gpt-4o", "/v1/chat/completions", "/v1/chat/completions", "dialect: openai.chat, key: " + Key, ("authorization", "Bearer " + Key)),
        new("responses-only", "openai.responses", "gpt-5", "/v1/responses", "/v1/responses", "dialect: openai.responses, key: " + Key, ("authorization", "Bearer " + Key)),
        new("azure-openai", "openai.chat", "gpt-4o", Deployment, Deployment, "key: " + Key, ("api-key", Key)),
        new("anthropic", "anthropic.messages", "claude-haiku-4-5", "/v1/messages", "/v1/messages", "key: " + Key, ("x-api-key", Key)),
        new("gcp-anthropic", "anthropic.messages", "claude-haiku-4-5@20251001", Vertex + "anthropic/models/claude-haiku-4-5@20251001:rawPredict", Vertex + "anthropic/models/claude-haiku-4-5@20251001:streamRawPredict", Google, ("authorization", "Bearer " + Key)),
        new("aws-anthropic", "anthropic.messages", "anthropic.claude-v1:0", "/model/anthropic.claude-v1%3A0/invoke", "/model/anthropic.claude-v1%3A0/invoke-with-response-stream", Aws, null),
        new("aws-bedrock", "bedrock.converse", "amazon.nova-pro-v1:0", "/model/amazon.nova-pro-v1%3A0/converse", "/model/amazon.nova-pro-v1%3A0/converse-stream", Aws, null),
        new("gemini-native", "gemini.generate", "gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent", "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", "key: " + Key, ("x-goog-api-key", Key)),
        new("gcp-vertex", "gemini.generate", "gemini-2.5-flash", Vertex + "google/models/gemini-2.5-flash:generateContent", Vertex + "google/models/gemini-2.5-flash:streamGenerateContent?alt=sse", Google, ("authorization", "Bearer " + Key)),
    ];

    /// <summary>Every pair of a client's path and a kind that is translated.</summary>
    public static TheoryData<string, string> Grid
    {
        get
        {
            var grid = new TheoryData<string, string>();
            foreach (var cell in All)
            {
                if (cell.Dialect != "openai.chat") grid.Add(OpenAI, cell.Kind);
                if (!cell.HasResponses) grid.Add(Responses, cell.Kind);
                if (cell.Dialect != "anthropic.messages") grid.Add(Anthropic, cell.Kind);
            }

            return grid;
        }
    }

    /// <summary>True when a streamed answer is an AWS event stream.</summary>
    public bool IsAws => Kind.StartsWith("aws-", StringComparison.Ordinal);

    /// <summary>True when it is asked in what a client of responses speaks, without translation.</summary>
    private bool HasResponses => Kind is "openai" or "azure-openai" or "responses-only";

    /// <summary>What a server of OpenAI's kind is held to; null: to nothing.</summary>
    public string? OnlyDialect => Kind is "chat-only" or "responses-only" ? Dialect : null;

    public string CatalogueKind => Kind is "chat-only" or "responses-only" ? "openai" : Kind;

    /// <summary>Configuration of the provider behind <paramref name="url"/>.</summary>
    public string Configuration(string url, string more = "") => $"{{ kind: {CatalogueKind}, url: '{url}{CatalogueKind switch { "openai" or "anthropic" => "/v1", "gemini-native" => "/v1beta", _ => "" }}', {Identity}{more} }}";

    public static Cell Of(string kind) => All.Single(c => c.Kind == kind);

    /// <summary>A question in the dialect of clients of <paramref name="path"/>; <paramref name="more"/> is more members, each behind a comma.</summary>
    public static string Ask(string path, bool stream = false, string more = "") => path == Responses
        ? $$"""{"model":"m","max_output_tokens":50,{{(stream ? "\"stream\":true," : "")}}"instructions":"Be brief.","input":"Who goes there? é😀"{{more}}}"""
        : path == OpenAI
        ? $$"""{"model":"m","max_tokens":50,{{(stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Who goes there? é😀"}]{{more}}}"""
        : $$"""{"model":"m","max_tokens":50,{{(stream ? "\"stream\":true," : "")}}"system":"Be brief.","messages":[{"role":"user","content":"Who goes there? é😀"}]{{more}}}""";
}
