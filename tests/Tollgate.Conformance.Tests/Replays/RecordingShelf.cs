namespace Tollgate.Conformance.Tests.Replays;

/// <summary>Where recordings are: the repository's own, and a larger collection that may lie beside the checkout.</summary>
internal static class RecordingShelf
{
    public static string Own { get; } = Path.Combine(Repository.Root, "tests", "Tollgate.Conformance.Tests", "recordings");

    public static string Beside { get; } = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "openai-recordings"));

    public static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal) : [];

    public static Recording Read(string folder, string name) => RecordingReader.Read(Path.Combine(folder, name + ".yaml"));
}
