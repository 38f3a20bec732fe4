using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tollgate.Tests.Telemetry;

/// <summary>One sample of a page.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The labels but <c>le</c>, as one text: what tells the series of a histogram apart.</summary>
    public string Series => string.Join(',', Labels.Where(label => label.Key != "le").Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal));
}

/// <summary>
/// A strict reader of text format 0.0.4, written from its description and apart from the writer:
/// https://prometheus.io/docs/instrumenting/exposition_formats/. It also asks for what makes a page one that Prometheus takes:
/// a TYPE before its samples, families in one block, no sample twice, histograms whose buckets add up.
/// </summary>
internal sealed partial class ExpositionPage
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    private readonly HashSet<string> unique = [];
    private string family = "";

    public Dictionary<string, string> TypeOf { get; } = [];

    public Dictionary<string, string> HelpOf { get; } = [];

    public List<Sample> Samples { get; } = [];

    public static ExpositionPage Read(ReadOnlySpan<byte> utf8)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        var page = new ExpositionPage();
        if (text.Length == 0) return page;
        text.ShouldEndWith("\n");
        foreach (var line in text[..^1].Split('\n')) page.Line(line);
        page.CheckHistograms();
        return page;
    }

    public double Value(string name, params (string Name, string Value)[] labels) =>
        Samples.Single(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>(?:[^\\\\]|\\\\\\\\|\\\\n)*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>[a-z]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Type();

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>.+)\\})? (?<value>\\S+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex("\\G(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>(?:[^\"\\\\]|\\\\\\\\|\\\\\"|\\\\n)*)\"(,(?!$)|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex("^([+-]Inf|NaN|-?[0-9]+(\\.[0-9]+)?(E[+-][0-9]+)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    private void Line(string line)
    {
        if (Help().Match(line) is { Success: true } help)
        {
            family = help.Groups["name"].Value;
            HelpOf.TryAdd(family, help.Groups["text"].Value).ShouldBeTrue($"HELP twice: {line}");
        }
        else if (Type().Match(line) is { Success: true } type)
        {
            family = type.Groups["name"].Value;
            Types.ShouldContain(type.Groups["type"].Value, line);
            TypeOf.TryAdd(family, type.Groups["type"].Value).ShouldBeTrue($"TYPE twice: {line}");
        }
        else
        {
            Add(line);
        }
    }

    private void Add(string line)
    {
        var match = SampleLine().Match(line);
        match.Success.ShouldBeTrue($"not a sample: {line}");
        var name = match.Groups["name"].Value;
        TypeOf.ShouldContainKey(family, line);
        var suffixes = TypeOf[family] == "histogram" ? new[] { "_bucket", "_sum", "_count" } : [""];
        suffixes.Select(suffix => family + suffix).ShouldContain(name, line);
        unique.Add(line[..line.LastIndexOf(' ')]).ShouldBeTrue($"twice: {line}");
        Samples.Add(new Sample(name, Labels(match.Groups["labels"].Value), Parse(match.Groups["value"].Value)));
    }

    private static Dictionary<string, string> Labels(string text)
    {
        var labels = new Dictionary<string, string>();
        for (var at = 0; at < text.Length;)
        {
            var label = Label().Match(text, at);
            label.Success.ShouldBeTrue($"not labels: {text}");
            labels.TryAdd(label.Groups["name"].Value, Unescaped(label.Groups["value"].Value)).ShouldBeTrue($"label twice: {text}");
            at += label.Length;
        }

        return labels;
    }

    private static string Unescaped(string value) =>
        Regex.Replace(value, @"\\(.)", escape => escape.Groups[1].Value == "n" ? "\n" : escape.Groups[1].Value);

    private static double Parse(string value)
    {
        Number().IsMatch(value).ShouldBeTrue($"not a number: {value}");
        return value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(value, CultureInfo.InvariantCulture),
        };
    }

    private void CheckHistograms()
    {
        foreach (var histogram in TypeOf.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            foreach (var buckets in Samples.Where(sample => sample.Name == histogram + "_bucket").GroupBy(sample => sample.Series))
            {
                var bounds = buckets.Select(bucket => Parse(bucket.Labels["le"])).ToList();
                bounds.SequenceEqual(bounds.Order()).ShouldBeTrue($"bounds of {histogram}");
                bounds[^1].ShouldBe(double.PositiveInfinity);
                var counts = buckets.Select(bucket => bucket.Value).ToList();
                counts.SequenceEqual(counts.Order()).ShouldBeTrue($"buckets of {histogram}");
                Samples.Single(sample => sample.Name == histogram + "_count" && sample.Series == buckets.Key).Value.ShouldBe(counts[^1]);
                Samples.Count(sample => sample.Name == histogram + "_sum" && sample.Series == buckets.Key).ShouldBe(1);
            }
        }
    }
}
