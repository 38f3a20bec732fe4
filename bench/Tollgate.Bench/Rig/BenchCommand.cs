using System.Runtime.InteropServices;
using Tollgate.Bench.Rig.Report;
using Tollgate.Bench.Rig.Scenes;
using Tollgate.Bench.Rig.Smoke;
using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig;

/// <summary><c>rig</c>: what <c>./dev bench</c> does.</summary>
internal static class BenchCommand
{
    private static volatile bool _ending;

    internal static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var options = BenchOptions.Parse(args);
            return options switch
            {
                { List: true } => List(),
                { Smoke: true } => await SmokeRun.RunAsync(Console.Out),
                { Report.Count: > 0 } => WriteDocs(SampleFile.Read(options.Report)),
                _ => await MeasureAsync(options),
            };
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static async Task<int> MeasureAsync(BenchOptions options)
    {
        using var workshop = new Workshop(Environment.CurrentDirectory);
        using var run = new BenchRun(options, workshop, Console.Error);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => End(run, workshop));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End(run, workshop));
        var environment = Machine.Describe(options, workshop);
        try
        {
            await run.RunAsync();
        }
        catch (Exception) when (_ending)
        {
            // The subjects were taken away; the program ends in a moment.
            await Task.Delay(Timeout.Infinite);
        }

        var file = new SampleFile(environment, run.Samples);
        file.Write(options.Json);
        if (options.Docs) return WriteDocs(file);
        foreach (var line in Tables.Of(file)) await Console.Out.WriteLineAsync(line);
        return 0;
    }

    private static int WriteDocs(SampleFile file)
    {
        DocsPage.Write(Environment.CurrentDirectory, file);
        Console.WriteLine("docs/performance.md is written");
        return 0;
    }

    private static int List()
    {
        foreach (var kind in SubjectKind.All) Console.WriteLine($"subject {kind.Name}");
        foreach (var scene in SceneList.Once) Console.WriteLine($"scene {scene.Name}: {string.Join(' ', scene.Subjects)}");
        foreach (var scene in SceneList.Rounds) Console.WriteLine($"scene {scene.Name}: {string.Join(' ', scene.Subjects)}");
        return 0;
    }

    private static void End(BenchRun run, Workshop workshop)
    {
        _ending = true;
        try
        {
            run.Dispose();
            workshop.Dispose();
        }
        finally
        {
            Environment.Exit(130);
        }
    }
}
