using System.Xml.Linq;
using Tollgate.Bench.Rig;
using Tollgate.Bench.Rig.Report;

namespace Tollgate.Bench.Tests;

public sealed class ReportTests
{
    private static readonly Sample[] Samples =
    [
        .. Cpu("nginx", 0.2, 0.4, 0.3), .. Cpu("tollgate", 0.3, 0.8, 0.45), .. Cpu("yarp", 0.9, 0.8, 0.9),
        new("unary-c1", "direct", 0, Figure.P50, 20), new("unary-c1", "nginx", 0, Figure.P50, 40), new("unary-c1", "tollgate", 0, Figure.P50, 64),
        new("stream-50-c16", "tollgate", 0, Figure.Cpu, 1), new("stream-500-c16", "tollgate", 0, Figure.Cpu, 5.5),
    ];

    private readonly Figures _figures = new(Samples);

    [Fact]
    public void Ratios_are_taken_round_by_round() =>
        _figures.Ratio("unary-c16", "tollgate", "nginx", Figure.Cpu)!.Value.Text("0.00").ShouldBe("1.50 (1.50–2.00)");

    [Fact]
    public void What_is_added_is_compared_with_what_another_adds() =>
        _figures.AddedRatio("unary-c1", "tollgate", "nginx", Figure.P50)!.Value.Median.ShouldBe(2.2, 0.001);

    [Fact]
    public void An_event_costs_what_longer_streams_cost_more() =>
        _figures.Slope("stream-500-c16", "stream-50-c16", "tollgate", Figure.Cpu, 4.5)!.Value.Median.ShouldBe(1, 0.001);

    [Theory]
    [InlineData(1.5, "**aim met**")]
    [InlineData(1.7, "met")]
    [InlineData(1.95, "**missed**")]
    public void A_verdict_is_by_the_median(double measured, string verdict) =>
        new Target("CPU", 1.9, 1.5, "×", _ => null).Verdict(new Spread(measured, 0, 9)).ShouldBe(verdict);

    [Fact]
    public void A_figure_that_should_be_large_is_judged_the_other_way() =>
        (new Target("rate", 0.7, 0.8, "×", _ => null) { AtLeast = true }).Verdict(new Spread(0.75, 0, 9)).ShouldBe("met");

    [Fact]
    public void Every_target_has_a_row_and_what_was_not_measured_is_said()
    {
        var rows = Targets.All.Select(t => t.Row(_figures)).ToArray();
        rows[0].ShouldBe("| relay 1 KB, c=16: CPU against nginx | ≤ 1.9× | ≤ 1.5× | 1.50 (1.50–2.00)× | **aim met** |");
        rows.ShouldContain(r => r.EndsWith("|  | not measured |", StringComparison.Ordinal));
    }

    [Fact]
    public void Charts_are_well_formed_and_have_a_bar_for_each_subject()
    {
        var chart = Charts.Of(_figures).ShouldHaveSingleItem();
        chart.File.ShouldBe("cpu-unary.svg");
        var svg = XDocument.Parse(chart.Svg);
        XNamespace space = "http://www.w3.org/2000/svg";
        svg.Descendants(space + "rect").Count().ShouldBe(3);
        svg.Descendants(space + "text").ShouldContain(t => t.Value == "1.50×");
    }

    [Fact]
    public void Only_what_is_between_the_marks_is_replaced()
    {
        var page = DocsPage.Insert("before\n<!-- figures:begin -->\nold\n<!-- figures:end -->\nafter\n", ["new"]);
        page.ShouldBe("before\n<!-- figures:begin -->\n\nnew\n\n<!-- figures:end -->\nafter\n");
        Should.Throw<InvalidDataException>(() => DocsPage.Insert("no marks", ["new"]));
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "performance.md")).ShouldContain("<!-- figures:begin -->");
    }

    [Fact]
    public void Parts_of_a_run_are_read_together_with_their_rounds_apart()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "a.json");
            new SampleFile(new Dictionary<string, string>(StringComparer.Ordinal) { ["cores"] = "2" }, Samples).Write(path);
            var both = SampleFile.Read([path, path]);
            both.Environment["cores"].ShouldBe("2");
            both.Samples.Count.ShouldBe(2 * Samples.Length);
            new Figures(both.Samples).Ratio("unary-c16", "tollgate", "nginx", Figure.Cpu)!.Value.Text("0.00").ShouldBe("1.50 (1.50–2.00)");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<Sample> Cpu(string subject, params double[] rounds) => rounds.Select((value, round) => new Sample("unary-c16", subject, round, Figure.Cpu, value));
}
