using Mono.Cecil;

namespace Tollgate.Tests;

/// <summary>Protocols &lt;- Tollgate &lt;- {Cloud, Epoll, Kubernetes, Postgres, Redis, Sqlite, Simulator} &lt;- Cli, read from the assemblies.</summary>
public sealed class DependencyRuleTests
{
    // Each with what it may refer to. Those beside Tollgate do not know each other.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Tollgate.Protocols"] = [],
        ["Tollgate"] = ["Tollgate.Protocols"],
        ["Tollgate.Cloud"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Epoll"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Kubernetes"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Redis"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Postgres"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Sqlite"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Simulator"] = ["Tollgate.Protocols", "Tollgate"],
        ["Tollgate.Cli"] = ["Tollgate.Protocols", "Tollgate", "Tollgate.Cloud", "Tollgate.Epoll", "Tollgate.Kubernetes", "Tollgate.Redis", "Tollgate.Postgres", "Tollgate.Sqlite", "Tollgate.Simulator"],
    };

    public static TheoryData<string> Assemblies => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void An_assembly_refers_only_to_those_before_it(string name)
    {
        using var assembly = Read(name);
        var own = assembly.MainModule.AssemblyReferences.Select(r => r.Name).Where(r => r.StartsWith("Tollgate", StringComparison.Ordinal));
        own.ShouldBeSubsetOf(Allowed[name]);
    }

    [Fact]
    public void Only_Cloud_knows_the_vendors_SDKs()
    {
        foreach (var name in Allowed.Keys.Where(name => name != "Tollgate.Cloud"))
        {
            using var assembly = Read(name);
            assembly.MainModule.AssemblyReferences.Select(r => r.Name).Where(r => r.StartsWith("AWSSDK", StringComparison.Ordinal) || r.StartsWith("Azure.", StringComparison.Ordinal) || r.StartsWith("Google.", StringComparison.Ordinal)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Protocols_does_no_input_or_output_and_knows_no_task()
    {
        using var assembly = Read("Tollgate.Protocols");
        string[] allowed = ["System.Runtime", "System.Memory", "System.Collections", "System.Collections.Immutable", "System.Text.Json", "System.Text.Encodings.Web", "System.Linq", "System.Numerics.Vectors", "System.Runtime.InteropServices", "System.Runtime.Intrinsics", "System.Text.Encoding.Extensions", "System.Runtime.Extensions", "System.Web.HttpUtility", "System.Security.Cryptography"];
        assembly.MainModule.AssemblyReferences.Select(r => r.Name).ShouldBeSubsetOf(allowed);
        string[] banned = ["System.Threading.Tasks", "System.IO", "System.Net"];
        assembly.MainModule.GetTypeReferences().Where(t => t.FullName != "System.Net.WebUtility") // decodes HTML, nothing else
            .Where(t => banned.Any(b => t.Namespace == b || t.Namespace.StartsWith(b + ".", StringComparison.Ordinal))).Select(t => t.FullName).ShouldBeEmpty();
    }

    private static AssemblyDefinition Read(string name) =>
        AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
}
