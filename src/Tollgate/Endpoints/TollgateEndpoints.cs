using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Configuration;
using Tollgate.Endpoints;
using Tollgate.Endpoints.Lanes;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;

namespace Tollgate;

/// <summary>Puts the gateway's APIs on an ASP.NET Core application.</summary>
public static class TollgateEndpoints
{
    private static readonly string[] Post = ["POST"];
    private static readonly string[] Get = ["GET"];
    private static readonly string[] Any = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

    // Below /v1, besides the operations that have a lane of their own.
    private static readonly string[] ForwardedFamilies =
    [
        "files", "uploads", "batches", "fine_tuning", "assistants", "threads", "vector_stores", "containers", "conversations", "evals", "videos",
    ];

    private static readonly string[] AnthropicForwardedFamilies = ["messages/batches", "files"];

    /// <summary>
    /// Maps OpenAI's API, Anthropic's and Cohere's below their prefixes. Needs <c>AddTollgate()</c> on the services.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefixes">Where each API begins; null: as the loaded configuration says.</param>
    public static IEndpointRouteBuilder MapTollgate(this IEndpointRouteBuilder endpoints, PrefixConfig? prefixes = null)
    {
        var services = endpoints.ServiceProvider;
        var exact = new Dictionary<string, RequestDelegate>(StringComparer.OrdinalIgnoreCase);
        var map = new Map(endpoints, services.GetRequiredService<Gateway>(), services.GetRequiredService<LaneSet>(), exact);
        prefixes ??= services.GetRequiredService<ModelStore>().Current.Config.Prefixes;
        map.OpenAI(prefixes.OpenAI.TrimEnd('/'));
        map.Anthropic(prefixes.Anthropic.TrimEnd('/'));
        map.AnthropicMessages(prefixes.OpenAI.TrimEnd('/')); // ANTHROPIC_BASE_URL works with and without /anthropic
        map.Cohere(prefixes.Cohere.TrimEnd('/'));
        services.GetRequiredService<ExactPaths>().Take(exact);
        return endpoints;
    }

    /// <summary>Answers everything else with an error in OpenAI's shape. For applications that are nothing but the gateway.</summary>
    internal static IEndpointRouteBuilder MapTollgateFallback(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        new Map(endpoints, services.GetRequiredService<Gateway>(), services.GetRequiredService<LaneSet>(), []).Unknown("", Operations.Forward);
        return endpoints;
    }

    private sealed class Map(IEndpointRouteBuilder endpoints, Gateway gateway, LaneSet lanes, Dictionary<string, RequestDelegate> exact)
    {
        internal void OpenAI(string prefix)
        {
            foreach (var operation in Operations.All)
            {
                if (operation.Family == ApiFamily.OpenAI && operation.Body != BodyKind.Opaque) Add(prefix + operation.Path, operation, Post, lanes.Of(operation));
            }

            if (prefix.Length > 0) Add(Operations.Tokenize.Path, Operations.Tokenize, Post, lanes.Json.RunAsync); // vLLM has it beside /v1
            Add(prefix + "/responses/{**rest}", Operations.ResponsesStored, Any, r => Below(r, prefix + "/responses", lanes.Stored.RunAsync));
            Add(prefix + "/realtime", Operations.Realtime, Get, lanes.Realtime.RunAsync);
            Models(prefix, Operations.Models);
            Add(prefix + "/usage", Operations.Models, Get, lanes.Usage.GetAsync);
            Forward(prefix, ForwardedFamilies, Operations.Forward);
            Unknown(prefix, Operations.Forward);
        }

        internal void Anthropic(string prefix)
        {
            AnthropicMessages(prefix);
            Models(prefix, Operations.AnthropicModels);
            Forward(prefix, AnthropicForwardedFamilies, Operations.AnthropicForward);
            Unknown(prefix, Operations.AnthropicForward);
        }

        internal void AnthropicMessages(string prefix)
        {
            Add(prefix + Operations.Messages.Path, Operations.Messages, Post, lanes.Json.RunAsync);
            Add(prefix + Operations.CountTokens.Path, Operations.CountTokens, Post, lanes.Json.RunAsync);
        }

        internal void Cohere(string prefix)
        {
            Add(prefix + Operations.Rerank.Path, Operations.Rerank, Post, lanes.Json.RunAsync);
            Unknown(prefix, Operations.Rerank);
        }

        private void Models(string prefix, Operation operation)
        {
            // Both SDKs ask /v1/models; only Anthropic's names the version of its API.
            endpoints.Map(prefix + "/models", context => gateway.HandleAsync(context, AsCalled(context, operation), Get, ModelsLane.ListAsync));
            endpoints.Map(prefix + "/models/{**id}", context => gateway.HandleAsync(context, AsCalled(context, operation), Get, r => ModelsLane.GetAsync(r, (string)context.Request.RouteValues["id"]!)));
        }

        private static Operation AsCalled(HttpContext context, Operation operation) =>
            context.Request.Headers.ContainsKey("anthropic-version") ? Operations.AnthropicModels : operation;

        private void Forward(string prefix, string[] families, Operation operation)
        {
            foreach (var family in families)
            {
                Add($"{prefix}/{family}/{{**rest}}", operation, Any, r => Below(r, prefix, lanes.Forward.RunAsync));
            }
        }

        internal void Unknown(string prefix, Operation operation) => Add(prefix + "/{**rest}", operation, Any, request =>
        {
            request.Record.Operation = null;
            var http = request.Context.Request;
            return new ValueTask<Refusal?>(new Refusal(GatewayErrorKinds.UnknownPath, $"there is no {http.Method} {http.Path} here"));
        });

        private void Add(string pattern, Operation operation, string[] methods, Lane lane)
        {
            Task Handle(HttpContext context) => gateway.HandleAsync(context, operation, methods, lane);
            endpoints.Map(pattern, Handle);
            if (!pattern.Contains('{', StringComparison.Ordinal)) exact.TryAdd(pattern, Handle);
        }

        private static ValueTask<Refusal?> Below(GatewayRequest request, string prefix, Func<GatewayRequest, string, ValueTask<Refusal?>> lane) =>
            ForwardPath.Below(request, prefix) is { } rest ? lane(request, rest) : new ValueTask<Refusal?>(ForwardPath.Climbing);
    }
}
