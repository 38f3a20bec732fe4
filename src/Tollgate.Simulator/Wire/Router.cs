using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Anthropic;
using Tollgate.Simulator.Bedrock;
using Tollgate.Simulator.Google;
using Tollgate.Simulator.OpenAI;

namespace Tollgate.Simulator.Wire;

/// <summary>What answers a path: whose dialect it is, under which kind it is switched on, and the handler.</summary>
internal sealed record Route(string Kind, ErrorShape Errors, Func<Call, Task> Answer);

/// <summary>
/// Finds the stand-in for a path. Providers put their APIs under many prefixes (<c>/v1</c>, <c>/openai/v1</c>,
/// <c>/compatibility/v1</c>), so a path is known by its end, and by the marks of the hosts that have one of their own.
/// </summary>
internal static class Router
{
    private const string Compatible = "openai";

    private static readonly FrozenSet<string> Methods = FrozenSet.Create(
        StringComparer.Ordinal, "generateContent", "streamGenerateContent", "countTokens", "predict", "embedContent", "batchEmbedContents", "rawPredict", "streamRawPredict");

    public static Route? Find(Call call)
    {
        var path = call.Path;
        if (path.Length == 0) return null;
        return Bedrock(path) ?? Google(path) ?? Azure(call, path) ?? Anthropic(call, path) ?? Reranker(path) ?? OpenAi(call, path, Compatible, ErrorShape.OpenAI, null);
    }

    private static Route? Bedrock(string[] path)
    {
        var at = Array.IndexOf(path, "model");
        if (at < 0 || path.Length < at + 3) return null;
        var operation = path[^1];
        if (operation is not ("converse" or "converse-stream" or "invoke" or "invoke-with-response-stream" or "count-tokens")) return null;
        // An ARN may come with its slash unescaped.
        var model = string.Join('/', path[(at + 1)..^1]);
        var kind = operation.StartsWith("invoke", StringComparison.Ordinal) && InvokedModels.Find(model) is null ? "aws-anthropic" : "aws-bedrock";
        return new Route(kind, ErrorShape.Aws, call => BedrockRuntime.HandleAsync(call, model, operation));
    }

    private static Route? Google(string[] path)
    {
        var at = Array.LastIndexOf(path, "models");
        if (at < 0) return null;
        var last = string.Join('/', path[(at + 1)..]);
        var colon = last.LastIndexOf(':');
        if (colon < 0) return path[0].StartsWith("v1beta", StringComparison.Ordinal) && !path.Contains("openai") ? new Route("gcp-vertex", ErrorShape.Google, call => Models.GoogleAsync(call, last.Length == 0 ? null : last)) : null;
        var (model, method) = (last[..colon], last[(colon + 1)..]);
        // Other models have colons in their names too, such as ft:gpt-4o:acme.
        if (!Methods.Contains(method)) return null;
        var publisher = at > 1 && path[at - 2] == "publishers" ? path[at - 1] : "google";
        return (publisher, method) switch
        {
            (_, "rawPredict") when model == "count-tokens" => new Route("gcp-anthropic", ErrorShape.Anthropic, static call => Messages.CountAsync(call, hosted: true)),
            (_, "rawPredict") => new Route("gcp-anthropic", ErrorShape.Anthropic, call => Messages.CreateAsync(call, model, streams: false)),
            (_, "streamRawPredict") => new Route("gcp-anthropic", ErrorShape.Anthropic, call => Messages.CreateAsync(call, model, streams: true)),
            // Google's SDK turns a model "sim/429" into publishers/sim/models/429.
            ("sim", _) => new Route("gcp-vertex", ErrorShape.Google, call => Gemini.HandleAsync(call, "sim/" + model, method)),
            _ => new Route("gcp-vertex", ErrorShape.Google, call => Gemini.HandleAsync(call, model, method)),
        };
    }

    private static Route? Azure(Call call, string[] path)
    {
        var at = Array.IndexOf(path, "openai");
        if (at < 0 || at + 1 >= path.Length) return null;
        var byDeployment = path[at + 1] == "deployments" && path.Length > at + 3;
        var hasVersion = call.Context.Request.Query.ContainsKey("api-version");
        if (!byDeployment && !(hasVersion && path[at + 1] != "v1")) return null;
        var (rest, deployment) = byDeployment ? (path[(at + 3)..], path[at + 2]) : (path[(at + 1)..], null);
        if (!hasVersion) return new Route("azure-openai", ErrorShape.Azure, static _ => throw new Refusal(404, "Resource not found"));
        return OpenAi(call, rest, "azure-openai", ErrorShape.Azure, deployment);
    }

    private static Route? Anthropic(Call call, string[] path)
    {
        Func<Call, Task>? answer = path switch
        {
            _ when path.Contains("threads") || path.Contains("conversations") => null,
            [.., "messages"] => static c => Messages.CreateAsync(c),
            [.., "messages", "count_tokens"] => static c => Messages.CountAsync(c),
            [.., "messages", "batches"] => static c => MessageBatches.HandleAsync(c, null, null),
            [.., "messages", "batches", var id] => c => MessageBatches.HandleAsync(c, id, null),
            [.., "messages", "batches", var id, var action] => c => MessageBatches.HandleAsync(c, id, action),
            [.., "models"] when Versioned(call) => static c => Models.AnthropicAsync(c, null),
            [.., "models", var id] when Versioned(call) => c => Models.AnthropicAsync(c, id),
            _ => null,
        };
        return answer is null ? null : new Route("anthropic", ErrorShape.Anthropic, answer);
    }

    private static Route? Reranker(string[] path) =>
        path switch
        {
            [.., "v2", "rerank"] => new Route("cohere", ErrorShape.Cohere, Cohere.Rerank.HandleAsync),
            [.., "rerank"] => new Route(Compatible, ErrorShape.OpenAI, Jina.Rerank.HandleAsync),
            _ => null,
        };

    private static Route? OpenAi(Call call, string[] path, string kind, ErrorShape errors, string? deployment)
    {
        // Cohere's own OpenAI-compatible API belongs to Cohere.
        if (kind == Compatible && path.Contains("compatibility")) kind = "cohere";
        var answer = OpenAiPost(call, path, deployment) ?? OpenAiStored(call, path);
        return answer is null ? null : new Route(kind, errors, answer);
    }

    private static Func<Call, Task>? OpenAiPost(Call call, string[] path, string? deployment) =>
        !HttpMethods.IsPost(call.Context.Request.Method) ? null : path switch
        {
            [.., "chat", "completions"] => c => ChatCompletions.HandleAsync(c, deployment),
            [.., "completions"] => c => Completions.HandleAsync(c, deployment),
            [.., "embeddings"] => c => Embeddings.HandleAsync(c, deployment),
            [.., "images", "generations" or "edits" or "variations"] => c => Images.HandleAsync(c, path[^1], deployment),
            [.., "audio", "speech"] => c => Audio.SpeakAsync(c, deployment),
            [.., "audio", "transcriptions" or "translations"] => c => Audio.ListenAsync(c, path[^1] == "translations", deployment),
            [.., "tokenize"] => Tokenize.HandleAsync,
            [.., "moderations"] => Moderations.HandleAsync,
            [.., "responses"] => Responses.CreateAsync,
            [.., "responses", "input_tokens"] => Responses.CountAsync,
            _ => null,
        };

    private static Func<Call, Task>? OpenAiStored(Call call, string[] path)
    {
        var get = HttpMethods.IsGet(call.Context.Request.Method);
        var at = Array.FindIndex(path, static p => StoredObjects.Knows(p));
        return path switch
        {
            [.., "responses", var id] => c => Responses.StoredAsync(c, id, null),
            [.., "responses", var id, "cancel" or "input_items"] => c => Responses.StoredAsync(c, id, path[^1]),
            [.., "realtime"] when get => Realtime.HandleAsync,
            _ when at >= 0 => c => StoredObjects.HandleAsync(c, new ArraySegment<string>(path)[at..]),
            [.., "models"] when get => static c => Models.OpenAiAsync(c, null),
            _ when get && Array.IndexOf(path, "models") is >= 0 and var models => c => Models.OpenAiAsync(c, string.Join('/', path[(models + 1)..])),
            _ => null,
        };
    }

    private static bool Versioned(Call call) => call.Context.Request.Headers.ContainsKey("anthropic-version");
}
