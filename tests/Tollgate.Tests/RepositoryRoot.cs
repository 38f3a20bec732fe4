namespace Tollgate.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class RepositoryRoot
{
    internal static string Path { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    internal static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("the tests run outside the repository"),
        _ when System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "Tollgate.slnx")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
