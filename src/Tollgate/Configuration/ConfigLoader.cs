using System.Text;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration;

/// <summary>Reads the configuration file that <c>docs/config.md</c> describes: YAML, or JSON, which is YAML too.</summary>
public static class ConfigLoader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file, or the manifests in a folder. Never throws for what a file holds, nor when it cannot be read: both are problems.</summary>
    /// <param name="path">Where it is; paths in it are relative to its folder.</param>
    /// <param name="context">What it is read against.</param>
    public static LoadResult LoadFile(string path, ConfigContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var problems = new List<ConfigProblem>();
        var texts = ConfigFolder.Files(path).Select(file => Read(file, context, problems)).OfType<ConfigText>().ToList();
        if (texts.Count == 0 && problems.Count == 0) problems.Error(SourcePlace.Nowhere(path), "the folder holds no .yaml, .yml or .json file");
        if (problems.Count > 0) return LoadResult.Of(null, problems);
        if (texts is [var single]) return Parse(single.Text, single.File, context);
        if (texts.All(text => context.Format?.Recognizes(text.Text) == true)) return context.Format!.Load(texts, path, context);

        var other = texts.First(text => context.Format?.Recognizes(text.Text) != true);
        return Failed(SourcePlace.Nowhere(other.File), "a folder is read as resource manifests, and this file is none (it has no apiVersion): give its path alone, or keep it elsewhere");
    }

    /// <summary>Reads a text as if it were a file.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">Named in messages; paths in the text are relative to its folder.</param>
    /// <param name="context">What it is read against.</param>
    public static LoadResult Parse(string text, string fileName, ConfigContext context)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(context);
        if (context.Format is { } format && format.Recognizes(text)) return format.Load([new ConfigText(fileName, text)], fileName, context);

        var problems = new List<ConfigProblem>();
        var root = YamlReader.Read(text, fileName, context.Environment, problems);
        if (root is null or YamlScalar { IsNull: true })
        {
            if (problems.Count == 0) problems.Error(new SourcePlace(fileName, 1, 1), "the file is empty: write providers: and models:");
            return LoadResult.Of(null, problems);
        }

        return Bind(root, fileName, context, problems);
    }

    /// <summary>Checks what was read and makes records of it.</summary>
    internal static LoadResult Bind(YamlNode root, string fileName, ConfigContext context, List<ConfigProblem> problems)
    {
        new ShapeChecker(problems).Check(root, ConfigShapes.File, root is YamlMap ? "" : "the file");
        if (root is not YamlMap map) return LoadResult.Of(null, problems);

        var config = new ConfigBinder(context, fileName, problems).Bind(map);
        return LoadResult.Of(ConfigOverrides.Apply(config, context, problems), problems);
    }

    /// <summary>The text of a file, or null with a problem.</summary>
    internal static ConfigText? Read(string path, ConfigContext context, ICollection<ConfigProblem> problems)
    {
        if (context.Read(path) is not { } bytes)
        {
            problems.Error(SourcePlace.Nowhere(path), "the file cannot be read: check its name and its permissions");
            return null;
        }

        try
        {
            return new ConfigText(path, StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            problems.Error(new SourcePlace(path, 1, 1), "the file is not UTF-8 text: save it as UTF-8");
            return null;
        }
    }

    private static LoadResult Failed(SourcePlace place, string message) => new(null, [new ConfigProblem(place, message)]);
}
