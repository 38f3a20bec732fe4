namespace Tollgate.Tests.Cel;

/// <summary>
/// The conformance cases of the specification, <c>tests/simple/testdata</c> of <see href="https://github.com/google/cel-spec"/>, when they
/// lie beside the checkout. docs/cel.md says which do not apply.
/// </summary>
public sealed class SpecificationTests(ITestOutputHelper output)
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "cel-spec"));

    public static TheoryData<string> Files => Directory.Exists(Folder)
        ? new TheoryData<string>(Directory.GetFiles(Folder, "*.textproto").Select(file => Path.GetFileName(file)!).Order())
        : new TheoryData<string>("");

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_that_needs_no_protobuf_gives_what_the_specification_says(string file)
    {
        if (file.Length == 0) Assert.Skip("the specification's cases are not beside the checkout: ../shared/data/cel-spec");

        var cases = Read(file);
        var failures = cases.Where(one => one.Inapplicable is null).Select(one => one.Run()).OfType<string>().ToList();
        var left = cases.Where(one => one.Inapplicable is not null).GroupBy(one => one.Inapplicable).Select(group => $"{group.Key}: {group.Count()}");
        output.WriteLine($"{file}: {cases.Count(one => one.Inapplicable is null)} of {cases.Count} apply; {string.Join(", ", left)}");

        cases.ShouldNotBeEmpty();
        failures.ShouldBeEmpty(string.Join('\n', failures));
    }

    private static List<SpecificationCase> Read(string file) =>
    [
        .. from section in TextProto.Parse(File.ReadAllText(Path.Combine(Folder, file))).Messages("section")
           from test in section.Messages("test")
           select new SpecificationCase($"{section.Text("name")}/{test.Text("name")}", test),
    ];
}
