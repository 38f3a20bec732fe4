using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Configuration.Sources;

namespace Tollgate.Configuration;

/// <summary>What a configuration is read against.</summary>
/// <param name="Environment">Value of an environment variable, or null when it is unset.</param>
/// <param name="Catalogue">The kinds of providers.</param>
/// <param name="ReadFile">Content of a file, or null when it cannot be read. Null: the file system.</param>
public sealed record ConfigContext(Func<string, string?> Environment, Catalogue Catalogue, Func<string, byte[]?>? ReadFile = null)
{
    /// <summary>The environment of this process, the built-in catalogue, the file system.</summary>
    public static ConfigContext OfProcess { get; } = new(System.Environment.GetEnvironmentVariable, Catalogue.Default);

    /// <summary>A format that is read beside <c>tollgate.yaml</c>; null: none.</summary>
    internal ConfigFormat? Format { get; init; }

    internal byte[]? Read(string path) => ReadFile is null ? FromDisk(path) : ReadFile(path);

    /// <summary>The variable's value; null when it is unset or empty, as the official SDKs treat both alike.</summary>
    internal string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;

    private static byte[]? FromDisk(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>What reading a configuration gave.</summary>
/// <param name="Config">The configuration; null when <see cref="Problems"/> holds an error.</param>
/// <param name="Problems">Every error and warning, in the order of their places.</param>
public sealed record LoadResult(GatewayConfig? Config, ImmutableArray<ConfigProblem> Problems)
{
    internal static LoadResult Of(GatewayConfig? config, IEnumerable<ConfigProblem> problems)
    {
        var ordered = problems.InOrder();
        return new LoadResult(ordered.Any(problem => problem.IsError) ? null : config, ordered);
    }
}
