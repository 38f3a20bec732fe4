using System.Diagnostics;
using System.Globalization;
using Tollgate.Bench.Relay;
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
        options.Shared.ShouldBeFalse();
        BenchOptions.Parse(["--shared"]).Shared.ShouldBeTrue();
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

    [Theory]
    [InlineData("0-1", "1", "0")]
    [InlineData("0-3,6", "6", "0,1,2,3")]
    [InlineData("2,5", "5", "2")]
    public void The_subject_has_one_processor_and_the_others_have_the_rest(string all, string subject, string others) =>
        Processors.Divide(all).ShouldBe(new Processors(subject, others));

    [Fact]
    public void One_processor_is_shared() => Processors.Divide("3").ShouldBeNull();

    [Fact]
    public async Task A_subject_runs_on_its_processor_and_those_beside_it_do_not()
    {
        Assert.SkipWhen(Processors.Divide() is null, "this machine has one processor, or no taskset");
        var processors = Processors.Divide()!;
        using var workshop = new Workshop(Repository.Root);
        using var subject = await Subject.StartAsync(new MockKind(), workshop, processors);
        Allowed(subject.Id).ShouldAllBe(list => list == processors.Subject);
        processors.Beside(subject.Id);
        Allowed(subject.Id).ShouldAllBe(list => Processors.Divide(list + "," + processors.Subject) == processors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_round_another_one_begins_and_none_has_the_same_before_it_in_the_next(int count)
    {
        int[][] rounds = [.. Enumerable.Range(0, count).Select(r => Turns.Order(r, count).ToArray())];
        foreach (var round in rounds) round.Order().ShouldBe(Enumerable.Range(0, count));
        rounds.Select(r => r[0]).ShouldBeUnique();
        for (var i = 1; i < count && count > 2; i++) Neighbours(rounds[i]).Intersect(Neighbours(rounds[i - 1])).ShouldBeEmpty();
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

    /// <summary>The processors of each thread of a process.</summary>
    private static string[] Allowed(int process) =>
        [.. Directory.GetDirectories(FormattableString.Invariant($"/proc/{process}/task")).Select(t => File.ReadLines(t + "/status").First(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim())];

    private static IEnumerable<(int Before, int After)> Neighbours(int[] order) => order.Zip(order.Skip(1));

    private sealed class BrokenKind : SubjectKind
    {
        internal override string Name => "broken";

        internal override Machinery Machinery => Machinery.Native;

        internal override Launch Prepare(Workshop workshop, int port) => new(["sh", "-c", "echo no such port >&2; exit 1"], Wire.ClientForm.OpenAI);
    }
}
