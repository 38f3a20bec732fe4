using YamlDotNet.Core;

namespace Tollgate.Configuration.Yaml;

/// <summary>Puts the library's complaint where the reader must look, and adds what to do.</summary>
internal static class YamlSyntaxProblem
{
    public static ConfigProblem From(YamlException exception, string text, string file, SourcePlace last)
    {
        // The library names the line where the map began, not the one with the tab.
        if (exception.Message.Contains("tab", StringComparison.OrdinalIgnoreCase) && FirstTab(text, file) is { } tab)
        {
            return new ConfigProblem(tab, "a tab indents this line: YAML indents with blanks, write two blanks instead");
        }

        var place = YamlReader.Place(file, exception.Start);
        if (place.Line < last.Line) place = last;
        // Inside { } the brace of a variable is YAML's own. It is the most common slip, so it has words of its own.
        var mend = Line(text, place.Line).IndexOf("${") >= 0
            ? "a variable inside { } or [ ] must be quoted, write \"${VAR}\""
            : "quote the text if it holds one of : # { } [ ] & * @ %";
        return new ConfigProblem(place, $"this is not valid YAML: {Lowered(exception.Message)} ({mend})");
    }

    private static ReadOnlySpan<char> Line(string text, int number)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (--number == 0) return line;
        }

        return [];
    }

    private static SourcePlace? FirstTab(string text, string file)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = content.Length - content.TrimStart().Length;
            var tab = content[..indent].IndexOf('\t');
            if (tab >= 0 && indent < content.Length) return new SourcePlace(file, line, tab + 1);
        }

        return null;
    }

    private static string Lowered(string message)
    {
        message = message.TrimEnd('.');
        return message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..];
    }
}
