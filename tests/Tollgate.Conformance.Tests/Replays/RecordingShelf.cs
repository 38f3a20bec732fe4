namespace Tollgate.Conformance.Tests.Replays;

/// <summary>Where recordings are: the repository's own, and a larger collection that may lie beside the checkout.</summary>
internal static class RecordingShelf
{
    public static string Own { get; } = RepositoryRoot.File("tests", "Tollgate.Conformance.Tests", "recordings");

    public static string Beside { get; } = Path.GetFullPath(RepositoryRoot.File("..", "shared", "data", "openai-recordings"));

    public static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal) : [];

    public static Recording Read(string folder, string name) => RecordingReader.Read(Path.Combine(folder, name + ".yaml"));
}
