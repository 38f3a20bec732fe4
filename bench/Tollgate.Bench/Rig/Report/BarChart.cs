using System.Globalization;
using System.Text;

namespace Tollgate.Bench.Rig.Report;

/// <summary>One bar, its range over the rounds drawn as a line.</summary>
internal sealed record Bar(string Label, Spread Value, bool Own);

/// <summary>Horizontal bars as SVG, readable on light and dark pages.</summary>
internal static class BarChart
{
    private const int Width = 720;
    private const int Left = 170;
    private const int Right = 130;
    private const int Top = 52;
    private const int RowHeight = 26;

    private const string Style = """
          <style>
            text { font: 13px system-ui, sans-serif; fill: #1f2328; }
            .title { font-weight: 600; font-size: 15px; } .note { font-size: 12px; fill: #59636e; }
            .bar { fill: #8c959f; } .own { fill: #0969da; } .range { stroke: #1f2328; stroke-width: 1.5; }
            @media (prefers-color-scheme: dark) {
              text { fill: #f0f6fc; } .note { fill: #9198a1; }
              .bar { fill: #6e7681; } .own { fill: #4493f8; } .range { stroke: #f0f6fc; }
            }
          </style>
        """;

    /// <param name="title">What is shown.</param>
    /// <param name="note">Which way is better, and what it is measured in.</param>
    /// <param name="unit">Behind the numbers.</param>
    /// <param name="bars">From top to bottom.</param>
    /// <param name="logarithmic">When they differ by more than a linear scale can show.</param>
    internal static string Draw(string title, string note, string unit, IReadOnlyList<Bar> bars, bool logarithmic = false)
    {
        var height = Top + (bars.Count * RowHeight) + 12;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{title}\">\n{Style}\n");
        svg.Append(CultureInfo.InvariantCulture, $"  <text class=\"title\" x=\"0\" y=\"18\">{title}</text>\n  <text class=\"note\" x=\"0\" y=\"37\">{note}</text>\n");
        var scale = Scale(bars, logarithmic);
        for (var i = 0; i < bars.Count; i++) Row(svg, bars[i], Top + (i * RowHeight), unit, scale);
        return svg.Append("</svg>\n").ToString();
    }

    private static Func<double, double> Scale(IReadOnlyList<Bar> bars, bool logarithmic)
    {
        var (most, least) = (bars.Max(b => b.Value.Max), bars.Min(b => b.Value.Min));
        const int Room = Width - Left - Right;
        if (!logarithmic) return v => Math.Max(v, 0) / most * Room;

        // The smallest has a bar, too.
        var from = least / 2;
        return v => Math.Log(v / from) / Math.Log(most / from) * Room;
    }

    private static void Row(StringBuilder svg, Bar bar, int top, string unit, Func<double, double> scale)
    {
        var (length, min, max) = (scale(bar.Value.Median), Left + scale(bar.Value.Min), Left + scale(bar.Value.Max));
        var middle = top + 8;
        svg.Append(CultureInfo.InvariantCulture, $"  <text x=\"{Left - 8}\" y=\"{top + 13}\" text-anchor=\"end\">{bar.Label}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"  <rect class=\"{(bar.Own ? "own" : "bar")}\" x=\"{Left}\" y=\"{top}\" width=\"{Math.Max(length, 1):0.0}\" height=\"17\" rx=\"2\"/>\n");
        if (max - min > 1) svg.Append(CultureInfo.InvariantCulture, $"  <line class=\"range\" x1=\"{min:0.0}\" y1=\"{middle}\" x2=\"{max:0.0}\" y2=\"{middle}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"  <text x=\"{Math.Max(max, Left + length) + 6:0.0}\" y=\"{top + 13}\">{Number(bar.Value.Median)}{unit}</text>\n");
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 20 ? "0" : "0.00", CultureInfo.InvariantCulture);
}
