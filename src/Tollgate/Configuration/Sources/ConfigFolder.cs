namespace Tollgate.Configuration.Sources;

/// <summary>The files that a path stands for: itself, or those of a folder, by name. Folders in it are not looked into.</summary>
internal static class ConfigFolder
{
    private const int MostFiles = 1000;

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    public static IReadOnlyList<string> Files(string path) => !Directory.Exists(path)
        ? [path]
        : [.. Directory.EnumerateFiles(path).Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).Take(MostFiles)];
}
