using System.Globalization;
using System.Text;

namespace Tollgate.Cli.Top;

/// <summary>One line of <c>/metrics</c>: the name of the series, its labels and its value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    internal string Label(string name) => Labels.GetValueOrDefault(name, "");

    /// <summary>Reads Prometheus' text format 0.0.4; lines that are not samples are passed over.</summary>
    internal static IEnumerable<Sample> ReadAll(string page)
    {
        foreach (var line in page.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && Read(line) is { } sample) yield return sample;
        }
    }

    private static Sample? Read(string line)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = line.IndexOfAny(['{', ' ']);
        if (at < 0) return null;
        var name = line[..at];
        if (line[at] == '{' && !ReadLabels(line, ref at, labels)) return null;
        var rest = line.AsSpan(at).Trim();
        var end = rest.IndexOf(' '); // a time stamp may follow
        var number = end < 0 ? rest : rest[..end];
        return Number(number) is { } value ? new Sample(name, labels, value) : null;
    }

    private static double? Number(ReadOnlySpan<char> text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };

    /// <summary>From the opening brace to behind the closing one.</summary>
    private static bool ReadLabels(string line, ref int at, Dictionary<string, string> labels)
    {
        at++;
        while (at < line.Length && line[at] != '}')
        {
            var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            if (equals < 0) return false;
            var name = line[at..equals].Trim();
            at = equals + 2;
            labels[name] = ReadValue(line, ref at);
            if (at < line.Length && line[at] == ',') at++;
        }

        return at++ < line.Length;
    }

    /// <summary>From behind the opening quote to behind the closing one.</summary>
    private static string ReadValue(string line, ref int at)
    {
        var value = new StringBuilder();
        for (; at < line.Length && line[at] != '"'; at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length) value.Append(line[++at] == 'n' ? '\n' : line[at]);
            else value.Append(line[at]);
        }

        at++;
        return value.ToString();
    }
}
