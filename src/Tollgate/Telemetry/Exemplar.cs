namespace Tollgate.Telemetry;

/// <summary>A request whose trace is recorded, beside the bucket that it fell into: from a slow bucket to a slow trace in one step.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Time">When.</param>
internal sealed record Exemplar(string TraceId, double Value, DateTimeOffset Time);

/// <summary>Takes an exemplar of a measurement that has been recorded.</summary>
/// <param name="family">The family's name in Prometheus' form.</param>
/// <param name="exemplar">What it is.</param>
/// <param name="tags">The tags of the measurement.</param>
internal delegate void ExemplarSink(string family, Exemplar exemplar, ReadOnlySpan<KeyValuePair<string, object?>> tags);
