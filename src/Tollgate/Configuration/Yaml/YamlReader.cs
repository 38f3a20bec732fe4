using YamlDotNet.Core;

namespace Tollgate.Configuration.Yaml;

/// <summary>
/// Reads one YAML document (and so JSON) into nodes with places. It goes through the library's events and not
/// its object model, because only the events keep every position and leave repeated keys to us.
/// </summary>
internal static class YamlReader
{
    /// <summary>
    /// The document's root, or null when there is none or its syntax is broken (then <paramref name="problems"/> says so).
    /// </summary>
    public static YamlNode? Read(string text, string file, Func<string, string?> environment, ICollection<ConfigProblem> problems)
        => Read(text, file, environment, problems, composer => composer.Document());

    /// <summary>The roots of all documents of a stream; those before the first broken one when its syntax is broken.</summary>
    public static IReadOnlyList<YamlNode> ReadAll(string text, string file, Func<string, string?> environment, ICollection<ConfigProblem> problems) =>
        Read(text, file, environment, problems, composer => composer.Documents()) ?? [];

    private static T? Read<T>(string text, string file, Func<string, string?> environment, ICollection<ConfigProblem> problems, Func<YamlComposer, T?> read)
        where T : class
    {
        if (text.StartsWith('\uFEFF')) text = text[1..];

        using var reader = new StringReader(text);
        var parser = new Parser(new Scanner(reader));
        var composer = new YamlComposer(parser, file, environment, problems);
        try
        {
            return read(composer);
        }
        catch (YamlRefusal refusal)
        {
            problems.Add(refusal.Problem);
        }
        catch (YamlException e)
        {
            problems.Add(YamlSyntaxProblem.From(e, text, file, composer.Last));
        }
        catch (InvalidOperationException)
        {
            // The scanner of the library leaves its state behind for some broken flow collections.
            problems.Error(composer.Last, "this is not valid YAML from here on: is a bracket, a brace or a comma missing?");
        }

        return null;
    }

    internal static SourcePlace Place(string file, Mark mark) => new(file, (int)mark.Line, (int)mark.Column);
}
