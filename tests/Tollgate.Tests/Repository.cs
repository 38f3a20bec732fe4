namespace Tollgate.Tests;

/// <summary>Files of the repository that tests read, and rewrite when TOLLGATE_GOLDEN=1.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static void ShouldHold(string relativePath, string content)
    {
        var path = Path.Combine(Root, relativePath);
        if (Environment.GetEnvironmentVariable("TOLLGATE_GOLDEN") == "1") File.WriteAllText(path, content);

        File.Exists(path).ShouldBeTrue($"{relativePath} is missing: run ./dev golden");
        File.ReadAllText(path).ReplaceLineEndings("\n").ShouldBe(content, $"{relativePath} is out of date: run ./dev golden");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Tollgate.slnx is not above the test's folder");
    }
}
