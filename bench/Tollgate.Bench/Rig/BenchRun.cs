using System.Net.Sockets;
using Tollgate.Bench.Load;
using Tollgate.Bench.Relay;
using Tollgate.Bench.Rig.Scenes;
using Tollgate.Bench.Rig.Subjects;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig;

/// <summary>One run: starts what is measured, warms it up, and lets the subjects take turns in each scene of each round, so that what else the machine does falls on all of them.</summary>
internal sealed class BenchRun(BenchOptions options, Workshop workshop, TextWriter progress) : IDisposable
{
    private const int SaturationConnections = 64;

    private readonly List<Subject> _running = [];
    private readonly List<Sample> _samples = [];

    internal IReadOnlyList<Sample> Samples => _samples;

    internal async Task RunAsync()
    {
        var kinds = Kinds();
        var mock = await Subject.StartAsync(kinds[0], workshop);
        _running.Add(mock);
        foreach (var scene in SceneList.Once.Where(s => SceneList.Chosen(s.Name, options.Scenes)))
        {
            await progress.WriteLineAsync(scene.Name);
            await scene.MeasureAsync([.. kinds.Where(k => scene.Subjects.Contains(k.Name))], workshop, progress, _samples.Add);
        }

        var processors = options.Processors;
        processors?.Beside(Environment.ProcessId);
        processors?.Beside(mock.Id);
        await progress.WriteLineAsync(processors is null ? "all share all processors" : $"the subject has processor {processors.Subject}, load and mock have {processors.Others}");
        Scene[] scenes = [.. SceneList.Rounds.Where(s => SceneList.Chosen(s.Name, options.Scenes))];
        foreach (var kind in kinds.Skip(1).Where(k => scenes.Any(s => s.Subjects.Contains(k.Name))))
        {
            if (await Subject.TryStartAsync(kind, workshop, progress, processors) is { } subject) _running.Add(subject);
        }

        if (scenes.Length == 0) return;
        foreach (var subject in _running) await WarmUpAsync(subject);
        var most = scenes.Any(s => s is RateScene) ? await SaturationAsync() : 0;
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var scene in scenes) await RoundAsync(scene, round, mock, most);
        }
    }

    public void Dispose() => _running.ForEach(s => s.Dispose());

    private List<SubjectKind> Kinds()
    {
        var kinds = new List<SubjectKind>();
        IEnumerable<SubjectKind> known = options.Published is { } file
            ? [.. SubjectKind.All, new TollgateKind(SceneList.Published, TollgateConfigs.Bare) { Published = file }]
            : SubjectKind.All;
        foreach (var kind in known)
        {
            var named = kind.Name is Names.Direct or SceneList.Published || options.Only.Count == 0 || options.Only.Contains(kind.Name);
            if (!named) continue;
            if (kind.Missing(workshop) is { } reason) progress.WriteLine($"{kind.Name} is left out: {reason}");
            else kinds.Add(kind);
        }

        return kinds;
    }

    private async Task RoundAsync(Scene scene, int round, Subject mock, double most)
    {
        Subject[] subjects = [.. _running.Where(s => scene.Subjects.Contains(s.Kind.Name))];
        foreach (var subject in Turns.Order(round, subjects.Length).Select(i => subjects[i]))
        {
            var first = _samples.Count;
            try
            {
                await scene.MeasureAsync(new Trial(subject, mock, options.Seconds, most, (figure, value) => _samples.Add(new Sample(scene.Name, subject.Kind.Name, round, figure, value))));
                await progress.WriteLineAsync($"{round + 1}/{options.Rounds} {scene.Name} {subject.Kind.Name}: {string.Join(' ', _samples.Skip(first).Select(s => FormattableString.Invariant($"{s.Figure}={s.Value:0.##}")))}");
            }
            catch (Exception e) when (MayFail(subject, e))
            {
                _samples.RemoveRange(first, _samples.Count - first);
                await progress.WriteLineAsync($"{round + 1}/{options.Rounds} {scene.Name} {subject.Kind.Name} failed: {e.Message}");
            }
        }
    }

    private async Task WarmUpAsync(Subject subject)
    {
        await progress.WriteLineAsync("warming up " + subject.Kind.Name);
        foreach (var step in WarmUp.Steps)
        {
            try
            {
                await WarmUp.RunAsync(subject, step);
            }
            catch (Exception e) when (MayFail(subject, e))
            {
                await progress.WriteLineAsync($"{subject.Kind.Name} fails with {step.Shape}: {e.Message}");
            }
        }
    }

    // Another gateway may fail at what the byte proxies take, and then has no figure there. This one may not.
    private static bool MayFail(Subject subject, Exception e) => subject.Kind.Machinery == Machinery.Node && e is (IOException or SocketException);

    /// <summary>What nginx can do at most, or without it what 2/5 of the bare mock provider is.</summary>
    private async Task<double> SaturationAsync()
    {
        var nginx = _running.FirstOrDefault(s => s.Kind.Name == Names.Nginx);
        var subject = nginx ?? _running[0];
        using var loop = new ClosedLoop(subject.Port, SaturationConnections, subject.Request(AnswerShape.Short));
        await loop.RunAsync(LoadPhase.Of(TimeSpan.FromSeconds(0.5)));
        loop.Forget();
        var time = TimeSpan.FromSeconds(2);
        await loop.RunAsync(LoadPhase.Of(time));
        return loop.Answers / time.TotalSeconds * (nginx is null ? 0.4 : 1);
    }
}
