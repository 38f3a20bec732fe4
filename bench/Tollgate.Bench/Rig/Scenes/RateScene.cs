using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>Requests at a fixed rate, a share of what nginx can do at most on this machine: how long they take while nobody is saturated.</summary>
internal sealed class RateScene : Scene
{
    private const int Connections = 128;
    private const double WarmUp = 0.3;

    internal required double Share { get; init; }

    internal override async Task MeasureAsync(Trial trial)
    {
        var rate = trial.ByteProxyRate * Share;
        using var loop = new OpenLoop(trial.Subject.Port, Connections, trial.Subject.Request(AnswerShape.Short));
        await loop.RunAsync(rate, trial.Time * WarmUp);

        var window = await Window.OpenAsync(trial);
        var result = await loop.RunAsync(rate, trial.Time * 1.5);
        await window.CloseAsync(result.Times.Count);
        trial.Note(Figure.Asked, rate);
        trial.Note(Figure.P50, result.Times.Quantile(0.5));
        trial.Note(Figure.P99, result.Times.Quantile(0.99));
        trial.Note(Figure.P999, result.Times.Quantile(0.999));
    }
}
