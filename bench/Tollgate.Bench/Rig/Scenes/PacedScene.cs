using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>Streams with an event every 20 ms, as models write: when the first event comes, and what the waiting costs.</summary>
internal sealed class PacedScene : Scene
{
    // Longer than a stream takes: the connections begin one after the other, so that at any time as many streams begin as end.
    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(1.1);

    internal required int Concurrency { get; init; }

    internal override async Task MeasureAsync(Trial trial)
    {
        var time = trial.Time * 1.5;
        using var loop = new ClosedLoop(trial.Subject.Port, Concurrency, trial.Subject.Request(AnswerShape.Paced));
        var running = loop.RunAsync(LoadPhase.Of(Ramp + time), over: TimeSpan.FromSeconds(1));
        await Task.WhenAny(running, Task.Delay(Ramp));
        loop.Forget();

        var window = await Window.OpenAsync(trial);
        await Task.WhenAny(running, Task.Delay(time));
        await window.CloseAsync(loop.Answers);
        await running;
        var (_, first) = loop.Collect();
        trial.Note(Figure.First50, first.Quantile(0.5));
        trial.Note(Figure.First99, first.Quantile(0.99));
    }
}
