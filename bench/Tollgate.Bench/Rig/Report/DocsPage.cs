using System.Text;

namespace Tollgate.Bench.Rig.Report;

/// <summary>Puts tables and charts between the marks of <c>docs/performance.md</c>; the words around them are people's.</summary>
internal static class DocsPage
{
    private const string Begin = "<!-- figures:begin -->";
    private const string End = "<!-- figures:end -->";

    /// <exception cref="InvalidDataException">The page has no marks.</exception>
    internal static void Write(string repository, SampleFile file)
    {
        var page = Path.Combine(repository, "docs", "performance.md");
        var folder = Directory.CreateDirectory(Path.Combine(repository, "docs", "performance")).FullName;
        foreach (var old in Directory.EnumerateFiles(folder, "*.svg")) File.Delete(old);
        var charts = Charts.Of(new Figures(file.Samples)).ToArray();
        foreach (var (name, _, svg) in charts) File.WriteAllText(Path.Combine(folder, name), svg);
        var pictures = charts.Select(c => $"![{c.Title}](performance/{c.File})");
        File.WriteAllText(page, Insert(File.ReadAllText(page), [.. pictures, "", .. Tables.Of(file)]));
    }

    internal static string Insert(string page, IEnumerable<string> lines)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidDataException($"docs/performance.md needs the lines {Begin} and {End}");
        var text = new StringBuilder(page, 0, begin + Begin.Length, page.Length * 2).Append("\n\n");
        foreach (var line in lines) text.Append(line).Append('\n');
        return text.Append('\n').Append(page, end, page.Length - end).ToString();
    }
}
