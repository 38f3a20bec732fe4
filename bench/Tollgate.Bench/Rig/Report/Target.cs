using System.Globalization;

namespace Tollgate.Bench.Rig.Report;

/// <summary>What a figure must be, and what it is wanted to be.</summary>
/// <param name="Title">The figure, for a reader.</param>
/// <param name="Must">The bound that may not be missed.</param>
/// <param name="Aim">The better one.</param>
/// <param name="Unit">Behind the numbers.</param>
/// <param name="Measured">Takes it from the samples.</param>
internal sealed record Target(string Title, double Must, double Aim, string Unit, Func<Figures, Spread?> Measured)
{
    /// <summary>The figure is to be at least, not at most, this.</summary>
    internal bool AtLeast { get; init; }

    internal string Row(Figures figures)
    {
        var measured = Measured(figures);
        return $"| {Title} | {Bound(Must)} | {Bound(Aim)} | {(measured is { } m ? m.Text(Format(m.Median)) + Unit : "")} | {Verdict(measured)} |";
    }

    /// <summary>By the median.</summary>
    internal string Verdict(Spread? measured) => measured switch
    {
        null => "not measured",
        { } m when Holds(m.Median, Aim) => "**aim met**",
        { } m when Holds(m.Median, Must) => "met",
        _ => "**missed**",
    };

    private bool Holds(double value, double bound) => AtLeast ? value >= bound : value <= bound;

    private string Bound(double value) => (AtLeast ? "≥ " : "≤ ") + value.ToString("0.##", CultureInfo.InvariantCulture) + Unit;

    private static string Format(double value) => Math.Abs(value) >= 100 ? "0" : "0.00";
}
