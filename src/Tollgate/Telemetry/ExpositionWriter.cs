using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tollgate.Telemetry;

/// <summary>
/// Writes the pieces of Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/) or of OpenMetrics 1.0.0
/// (https://prometheus.io/docs/specs/om/open_metrics_spec/), which differ in what stands above the samples, in bounds, and in the end.
/// </summary>
internal readonly ref struct ExpositionWriter(IBufferWriter<byte> output, ExpositionFormat format = ExpositionFormat.Prometheus)
{
    // The longest double has 24 characters.
    private const int MaxNumberLength = 32;

    public bool IsOpenMetrics => format == ExpositionFormat.OpenMetrics;

    public void Raw(ReadOnlySpan<byte> utf8) => output.Write(utf8);

    /// <summary><c># HELP</c>, <c># TYPE</c> and, in OpenMetrics, <c># UNIT</c>.</summary>
    public void Header(ReadOnlySpan<byte> family, string help, ReadOnlySpan<byte> type, ReadOnlySpan<byte> unit = default)
    {
        if (help.Length > 0)
        {
            Raw("# HELP "u8);
            Raw(family);
            Raw(" "u8);
            Raw(Encoding.UTF8.GetBytes(IsOpenMetrics ? EscapedHelp(help).Replace("\"", "\\\"", StringComparison.Ordinal) : EscapedHelp(help)));
            Raw("\n"u8);
        }

        Raw("# TYPE "u8);
        Raw(family);
        Raw(" "u8);
        Raw(type);
        Raw("\n"u8);
        if (!IsOpenMetrics || unit.IsEmpty) return;
        Raw("# UNIT "u8);
        Raw(family);
        Raw(" "u8);
        Raw(unit);
        Raw("\n"u8);
    }

    /// <summary>What tells a page that was cut off from a whole one.</summary>
    public void End()
    {
        if (IsOpenMetrics) Raw("# EOF\n"u8);
    }

    /// <summary>One sample. <paramref name="labels"/> is rendered already, without braces; <paramref name="le"/> is the bucket's bound, if it is a bucket.</summary>
    public void Sample(ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> le, double value, Exemplar? exemplar = null)
    {
        Raw(name);
        Raw(suffix);
        if (labels.Length + le.Length > 0)
        {
            Raw("{"u8);
            Raw(labels);
            if (!labels.IsEmpty && !le.IsEmpty) Raw(","u8);
            Raw(le);
            Raw("}"u8);
        }

        Raw(" "u8);
        Number(value);
        if (exemplar is not null) Example(exemplar);
        Raw("\n"u8);
    }

    /// <summary>A number as Prometheus spells it; infinities are <c>+Inf</c> and <c>-Inf</c>.</summary>
    public static string NumberText(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>A label as it stands between the braces: <c>name="value"</c>, the value escaped.</summary>
    public static string LabelText(string name, string value) => name + "=\"" +
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static string EscapedHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Example(Exemplar exemplar)
    {
        Raw(" # {trace_id=\""u8);
        Raw(Encoding.ASCII.GetBytes(exemplar.TraceId));
        Raw("\"} "u8);
        Number(exemplar.Value);
        Raw(" "u8);
        Number(exemplar.Time.ToUnixTimeMilliseconds() / 1000d);
    }

    private void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Raw(Encoding.UTF8.GetBytes(NumberText(value)));
            return;
        }

        var span = output.GetSpan(MaxNumberLength);
        value.TryFormat(span, out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
