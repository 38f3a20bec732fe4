using System.Reflection;
using Tollgate.Cli;
using Tollgate.Cli.Commands;

namespace Tollgate.Tests.Cli;

public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-start-");

    [Theory]
    [InlineData(null, "run")]
    [InlineData("tollgate.yaml", "run", "tollgate.yaml")]
    [InlineData("/etc/tollgate/tollgate.yaml", "run", "/etc/tollgate/tollgate.yaml")]
    public void The_parser_is_left_out_for_a_run_and_its_path(string? file, params string[] args)
    {
        RunCommand.IsPlain(args, out var path).ShouldBeTrue();
        path.ShouldBe(file);
    }

    [Theory]
    [InlineData]
    [InlineData("--version")]
    [InlineData("validate", "tollgate.yaml")]
    [InlineData("run", "--help")]
    [InlineData("run", "/h")]
    [InlineData("run", "/?")]
    [InlineData("run", "@arguments.txt")]
    [InlineData("run", "")]
    [InlineData("run", "a.yaml", "b.yaml")]
    public void Everything_else_is_the_parser_s(params string[] args)
    {
        RunCommand.IsPlain(args, out var path).ShouldBeFalse();
        path.ShouldBeNull();
    }

    [Fact]
    public async Task Help_of_run_is_still_to_be_had()
    {
        await using var run = CommandRun.Start(_folder.FullName, null, "run", "--help");
        (await run.EndAsync()).ShouldBe(0);
        run.Output.ShouldContain("Run the gateway.");
    }

    [Fact]
    public async Task Run_says_that_it_cannot_listen_where_this_machine_is_not()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "far.yaml"),
            "listen: 192.0.2.1:4711\nadmin: 127.0.0.1:0\nallowAnonymous: true\nproviders: { sim: { kind: simulator } }\nmodels: { '*': sim }\n",
            TestContext.Current.CancellationToken);
        await using var run = CommandRun.Start(_folder.FullName, null, "run", "far.yaml");
        (await run.EndAsync()).ShouldBe(1);
        run.Errors.ShouldContain("cannot listen: ");
        run.Errors.ShouldNotContain("Unhandled exception");
    }

    /// <summary>The one thing that is looked up by name: when Kestrel renames it, the start takes longer, and nothing else tells.</summary>
    [Fact]
    public void Kestrel_still_has_the_method_that_is_compiled_beforehand()
        => HeadStart.HeaderAppender.ShouldNotBeNull().GetMethodImplementationFlags().HasFlag(MethodImplAttributes.AggressiveOptimization).ShouldBeTrue();

    public void Dispose() => _folder.Delete(recursive: true);
}
