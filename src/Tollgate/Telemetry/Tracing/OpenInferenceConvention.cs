using System.Diagnostics;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Telemetry.Tracing.Content;

namespace Tollgate.Telemetry.Tracing;

/// <summary>OpenInference (<see href="https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md"/>).</summary>
internal sealed class OpenInferenceConvention(TracingOptions options) : SpanConvention
{
    private const string Kind = "openinference.span.kind";

    internal override void Describe(Activity server) => server.SetTag(Kind, "CHAIN");

    internal override void Begin(Activity span, string operation, GatewayRequest request, TransferPlan plan)
    {
        var (system, provider) = Names(plan.Provider.Kind.MetricName);
        var model = request.Record.ServedModel;
        var parameters = InvocationParameters.Read(request.Body.Span);
        span.SetTag(Kind, KindOf(request.Operation));
        if (request.Operation == Operations.Embeddings)
        {
            Name(span, "embedding.model_name", model);
            Name(span, "embedding.invocation_parameters", parameters);
        }
        else if (request.Operation == Operations.Rerank)
        {
            Name(span, "reranker.model_name", model);
        }
        else
        {
            Name(span, "llm.system", system);
            Name(span, "llm.provider", provider);
            Name(span, "llm.model_name", model);
            Name(span, "llm.request.model_name", model);
            Name(span, "llm.invocation_parameters", parameters);
        }

        OpenInferenceContent.WriteInput(span, request, options);
    }

    internal override void End(Activity span, GatewayRequest request, in TokenUsage usage, TimeSpan? firstToken)
    {
        var record = request.Record;
        Name(span, "llm.response.model_name", record.ResponseModel);
        Name(span, "llm.finish_reason", record.FinishReason);
        Number(span, "llm.token_count.prompt", usage.Input);
        Number(span, "llm.token_count.completion", usage.Output);
        if (usage.Input is not null || usage.Output is not null) Number(span, "llm.token_count.total", (usage.Input ?? 0) + (usage.Output ?? 0));
        Number(span, "llm.token_count.prompt_details.cache_read", usage.CachedInput);
        Number(span, "llm.token_count.prompt_details.cache_write", usage.CacheCreation);
        Number(span, "llm.token_count.prompt_details.audio", usage.AudioInput);
        Number(span, "llm.token_count.completion_details.reasoning", usage.Reasoning);
        Number(span, "llm.token_count.completion_details.audio", usage.AudioOutput);
        if (firstToken is { } first) span.AddEvent(new ActivityEvent("First Token Stream Event", new DateTimeOffset(span.StartTimeUtc + first, TimeSpan.Zero)));
        OpenInferenceContent.WriteOutput(span, request, options);
    }

    private static string KindOf(Operation operation) =>
        operation == Operations.Embeddings ? "EMBEDDING"
        : operation == Operations.Rerank ? "RERANKER"
        : operation == Operations.Moderations ? "GUARDRAIL"
        : operation == Operations.CountTokens || operation == Operations.ResponsesInputTokens ? "CHAIN"
        : "LLM";

    /// <summary>Whose product answers, and who runs it, in the convention's words.</summary>
    private static (string System, string Provider) Names(string metricName) => metricName switch
    {
        "azure.openai" => ("openai", "azure"),
        "aws.bedrock" => ("aws.bedrock", "aws"),
        "aws.anthropic" => ("anthropic", "aws"),
        "gcp.vertex_ai" or "gcp.gemini" => ("vertexai", "google"),
        "gcp.anthropic" => ("anthropic", "google"),
        "mistral_ai" => ("mistralai", "mistralai"),
        "x_ai" => ("xai", "xai"),
        _ => (metricName, metricName),
    };

    private static void Name(Activity span, string name, string? value)
    {
        if (value is not null) span.SetTag(name, RequestTrace.Bounded(value));
    }
}
