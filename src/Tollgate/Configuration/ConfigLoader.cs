using System.Text;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration;

/// <summary>Reads the configuration file that <c>docs/config.md</c> describes: YAML, or JSON, which is YAML too.</summary>
public static class ConfigLoader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. Never throws for what the file holds, nor when it cannot be read: both are problems.</summary>
    /// <param name="path">Where it is; paths in it are relative to its folder.</param>
    /// <param name="context">What it is read against.</param>
    public static LoadResult LoadFile(string path, ConfigContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Read(path) is not { } bytes)
        {
            return Failed(SourcePlace.Nowhere(path), "the file cannot be read: check its name and its permissions");
        }

        try
        {
            return Parse(StrictUtf8.GetString(bytes), path, context);
        }
        catch (DecoderFallbackException)
        {
            return Failed(new SourcePlace(path, 1, 1), "the file is not UTF-8 text: save it as UTF-8");
        }
    }

    /// <summary>Reads a text as if it were a file.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">Named in messages; paths in the text are relative to its folder.</param>
    /// <param name="context">What it is read against.</param>
    public static LoadResult Parse(string text, string fileName, ConfigContext context)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(context);
        var problems = new List<ConfigProblem>();
        var root = YamlReader.Read(text, fileName, context.Environment, problems);
        if (root is null or YamlScalar { IsNull: true })
        {
            if (problems.Count == 0) problems.Error(new SourcePlace(fileName, 1, 1), "the file is empty: write providers: and models:");
            return LoadResult.Of(null, problems);
        }

        new ShapeChecker(problems).Check(root, ConfigShapes.File, root is YamlMap ? "" : "the file");
        if (root is not YamlMap map) return LoadResult.Of(null, problems);

        var config = new ConfigBinder(context, fileName, problems).Bind(map);
        return LoadResult.Of(ConfigOverrides.Apply(config, context, problems), problems);
    }

    private static LoadResult Failed(SourcePlace place, string message) => new(null, [new ConfigProblem(place, message)]);
}
