using Tollgate.Bench.Load;
using Tollgate.Bench.Rig.Subjects;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>The memory of fresh processes: after their first answer, under load of 256 connections, and when it has been quiet again for some seconds.</summary>
internal sealed class MemoryScene : OnceScene
{
    private const int Connections = 256;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    internal override async Task MeasureAsync(IReadOnlyList<SubjectKind> kinds, Workshop workshop, TextWriter progress, Action<Sample> note)
    {
        var running = new List<Subject>();
        try
        {
            foreach (var kind in kinds)
            {
                if (await Subject.TryStartAsync(kind, workshop, progress) is { } subject) running.Add(subject);
            }

            await Task.Delay(Settled);
            foreach (var subject in running) Note(subject, Figure.PssIdle, Figure.RssIdle, note);
            foreach (var subject in running) await UnderLoadAsync(subject, note);
            await Task.Delay(Quiet);
            foreach (var subject in running) Note(subject, Figure.PssAfter, Figure.RssAfter, note);
        }
        finally
        {
            running.ForEach(s => s.Dispose());
        }
    }

    private async Task UnderLoadAsync(Subject subject, Action<Sample> note)
    {
        // Streams are not asked of those that may fail at them.
        AnswerShape[] shapes = subject.Kind.Machinery == Machinery.Node ? [AnswerShape.Short] : [AnswerShape.Stream50, AnswerShape.Short];
        foreach (var shape in shapes)
        {
            using var loop = new ClosedLoop(subject.Port, Connections, subject.Request(shape));
            var load = loop.RunAsync(LoadPhase.Of(Load));
            await Task.WhenAny(load, Task.Delay(Load * 0.9));
            if (shape == AnswerShape.Short) Note(subject, Figure.PssLoad, Figure.RssLoad, note);
            await load;
        }
    }

    private void Note(Subject subject, string pss, string rss, Action<Sample> note)
    {
        note(new Sample(Name, subject.Kind.Name, 0, pss, subject.Meters.ProportionalMegabytes()));
        note(new Sample(Name, subject.Kind.Name, 0, rss, subject.Meters.ResidentMegabytes()));
    }
}
