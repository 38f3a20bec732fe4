using System.Diagnostics;
using System.Globalization;
using Tollgate.Bench.Rig;
using Tollgate.Bench.Rig.Scenes;
using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Tests;

public sealed class RigTests
{
    [Fact]
    public void Options_are_read()
    {
        var options = BenchOptions.Parse(["--rounds", "5", "--seconds", "0.5", "--only", "nginx,tollgate", "--scenes", "unary,paced", "--json", "a.json", "--docs"]);
        (options.Rounds, options.Seconds, options.Json, options.Docs).ShouldBe((5, 0.5, "a.json", true));
        options.Only.ShouldBe(["nginx", "tollgate"]);
        options.Scenes.ShouldBe(["unary", "paced"]);
        BenchOptions.Parse(["--report", "a.json", "b.json"]).Report.ShouldBe(["a.json", "b.json"]);
    }

    [Theory]
    [InlineData("--rounds")]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "soon")]
    [InlineData("--report")]
    [InlineData("--fast")]
    public void A_slip_in_the_options_is_named(params string[] args) =>
        Should.Throw<FormatException>(() => BenchOptions.Parse(args)).Message.ShouldContain(args[^1]);

    [Fact]
    public void Every_subject_of_a_scene_is_known()
    {
        string[] known = [.. SubjectKind.All.Select(k => k.Name), SceneList.Published];
        SceneList.Rounds.SelectMany(s => s.Subjects).Concat(SceneList.Once.SelectMany(s => s.Subjects)).Distinct().ShouldBeSubsetOf(known);
        SceneList.Rounds.Select(s => s.Name).ShouldBeUnique();
    }

    [Fact]
    public async Task A_subject_answers_and_ends_with_the_rig()
    {
        using var workshop = new Workshop(Repository.Root);
        ProcessMeters meters;
        using (var subject = await Subject.StartAsync(new MockKind(), workshop))
        {
            meters = subject.Meters;
            meters.Alive.ShouldBeTrue();
            meters.CpuSeconds().ShouldBeGreaterThan(0);
            meters.ProportionalMegabytes().ShouldBeInRange(1, 500);
            meters.ResidentMegabytes().ShouldBeGreaterThan(meters.ProportionalMegabytes() / 2);
        }

        SpinWait.SpinUntil(() => !meters.Alive, TimeSpan.FromSeconds(30)).ShouldBeTrue("it was killed; its end may take a moment");
    }

    [Fact]
    public async Task A_subject_that_does_not_start_is_reported_with_what_it_said()
    {
        using var workshop = new Workshop(Repository.Root);
        var error = await Should.ThrowAsync<IOException>(() => Subject.StartAsync(new BrokenKind(), workshop));
        error.Message.ShouldContain("no such port");
    }

    [Fact]
    public void A_process_is_alive_until_it_has_ended_whenever_one_asks()
    {
        // A file of a process that ends meanwhile is missing, or cannot be read: which of them depends on the moment.
        for (var i = 0; i < 300; i++)
        {
            using var process = Process.Start("sleep", (0.0001 * (i % 20)).ToString(CultureInfo.InvariantCulture));
            var meters = new ProcessMeters(process.Id);
            while (meters.Alive)
            {
                // Again at once: what is tested is the moment of its end.
            }

            process.WaitForExit(30_000).ShouldBeTrue();
        }
    }

    private sealed class BrokenKind : SubjectKind
    {
        internal override string Name => "broken";

        internal override Machinery Machinery => Machinery.Native;

        internal override Launch Prepare(Workshop workshop, int port) => new(["sh", "-c", "echo no such port >&2; exit 1"], Wire.ClientForm.OpenAI);
    }
}
