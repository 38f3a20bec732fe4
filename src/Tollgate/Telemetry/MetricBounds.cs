namespace Tollgate.Telemetry;

/// <summary>
/// Upper bounds of histogram buckets. Tokens, duration and time per token as OpenTelemetry's conventions for generative AI
/// advise them; time to first token with finer steps, as Envoy AI Gateway has it, so that its dashboards fit.
/// https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
/// </summary>
internal static class MetricBounds
{
    public static readonly long[] Tokens =
        [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    public static readonly double[] RequestDuration =
        [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    public static readonly double[] TimeToFirstToken =
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60];

    public static readonly double[] TimePerOutputToken =
        [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
}
