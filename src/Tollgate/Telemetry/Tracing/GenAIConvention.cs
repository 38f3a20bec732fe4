using System.Diagnostics;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Telemetry.Tracing.Content;

namespace Tollgate.Telemetry.Tracing;

/// <summary>OpenTelemetry's conventions for generative AI (<see href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/"/>).</summary>
internal sealed class GenAIConvention(TracingOptions options) : SpanConvention
{
    internal override void Begin(Activity span, string operation, GatewayRequest request, TransferPlan plan)
    {
        span.AddTag("gen_ai.operation.name", operation);
        span.AddTag("gen_ai.provider.name", Provider(plan.Provider.Kind.MetricName));
        if (request.Record.ServedModel is { } model) span.AddTag("gen_ai.request.model", RequestTrace.Bounded(model));
        RequestParameters.Write(span, request.Body.Span);
        if (options.Inputs) GenAIContent.WriteInput(span, request, options);
    }

    internal override void End(Activity span, GatewayRequest request, in TokenUsage usage, TimeSpan? firstToken)
    {
        var record = request.Record;
        if (record.ResponseModel is { } model) span.AddTag("gen_ai.response.model", RequestTrace.Bounded(model));
        if (record.ResponseId is { } id) span.AddTag("gen_ai.response.id", RequestTrace.Bounded(id));
        if (record.FinishReason is { } reason) span.AddTag("gen_ai.response.finish_reasons", SpanTexts.Reason(reason));
        Number(span, "gen_ai.usage.input_tokens", usage.Input);
        Number(span, "gen_ai.usage.output_tokens", usage.Output);
        Number(span, "gen_ai.usage.cache_read.input_tokens", usage.CachedInput);
        Number(span, "gen_ai.usage.cache_creation.input_tokens", usage.CacheCreation);
        Number(span, "gen_ai.usage.reasoning.output_tokens", usage.Reasoning);
        if (firstToken is { } first) span.AddTag("gen_ai.response.time_to_first_chunk", first.TotalSeconds);
        if (options.Outputs) GenAIContent.WriteOutput(span, request, options);
    }

    /// <summary>The conventions name who is called; metrics name, as dashboards expect it, whose grammar is spoken there too.</summary>
    private static string Provider(string metricName) => metricName switch
    {
        "azure.openai" => "azure.ai.openai",
        "aws.anthropic" => "aws.bedrock",
        "gcp.anthropic" => "gcp.vertex_ai",
        _ => metricName,
    };
}
