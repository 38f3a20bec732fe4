using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>A fixed number of connections, each with one request at a time: how much a subject can do, and what a request costs it.</summary>
internal sealed class ClosedScene : Scene
{
    private const double WarmUp = 0.25;

    internal required int Concurrency { get; init; }

    internal AnswerShape Shape { get; init; }

    internal int BodyLength { get; init; } = 1024;

    /// <summary>With the headers that OpenAI's client for JavaScript adds.</summary>
    internal bool ClientHeaders { get; init; }

    internal override async Task MeasureAsync(Trial trial)
    {
        using var loop = new ClosedLoop(trial.Subject.Port, Concurrency, trial.Subject.Request(Shape, BodyLength, ClientHeaders));
        await loop.RunAsync(LoadPhase.Of(trial.Time * WarmUp));
        loop.Forget();

        var window = await Window.OpenAsync(trial);
        await loop.RunAsync(LoadPhase.Of(trial.Time));
        await window.CloseAsync(loop.Answers);
        var (times, first) = loop.Collect();
        trial.Note(Figure.P50, times.Quantile(0.5));
        trial.Note(Figure.P99, times.Quantile(0.99));
        trial.Note(Figure.P999, times.Quantile(0.999));
        trial.Note(Figure.First50, first.Quantile(0.5));
    }
}
