using Mono.Cecil;

namespace Tollgate.Tests;

/// <summary>Protocols &lt;- Tollgate &lt;- Simulator &lt;- Cli, read from the assemblies.</summary>
public sealed class DependencyRuleTests
{
    private static readonly string[] Order = ["Tollgate.Protocols", "Tollgate", "Tollgate.Simulator", "Tollgate.Cli"];

    public static TheoryData<string> Assemblies => [.. Order];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void An_assembly_refers_only_to_those_before_it(string name)
    {
        using var assembly = Read(name);
        var own = assembly.MainModule.AssemblyReferences.Select(r => r.Name).Where(r => r.StartsWith("Tollgate", StringComparison.Ordinal));
        own.ShouldBeSubsetOf(Order.TakeWhile(n => n != name));
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
