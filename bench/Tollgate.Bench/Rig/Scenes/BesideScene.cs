using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>Small streams at a fixed rate, alone, and while others upload large bodies slowly: whether one request stands in the way of many.</summary>
internal sealed class BesideScene : Scene
{
    private const int Connections = 64;
    private const double StreamsPerSecond = 500;
    private const int Uploads = 2;
    private const int UploadLength = 1024 * 1024;

    internal override async Task MeasureAsync(Trial trial)
    {
        using var loop = new OpenLoop(trial.Subject.Port, Connections, trial.Subject.Request(AnswerShape.Stream50));
        await loop.RunAsync(StreamsPerSecond, trial.Time * 0.3);
        var alone = await loop.RunAsync(StreamsPerSecond, trial.Time * 1.5);
        trial.Note(Figure.P50, alone.Times.Quantile(0.5));
        trial.Note(Figure.P99, alone.Times.Quantile(0.99));

        using var stopping = new CancellationTokenSource();
        var request = trial.Subject.Request(AnswerShape.Short, UploadLength);
        Task[] uploads = [.. Enumerable.Range(0, Uploads).Select(_ => SlowUpload.RunAsync(trial.Subject.Port, request, stopping.Token))];
        await Task.Delay(trial.Time * 0.2, CancellationToken.None);
        var beside = await loop.RunAsync(StreamsPerSecond, trial.Time * 1.5);
        trial.Note(Figure.P99Beside, beside.Times.Quantile(0.99));
        await stopping.CancelAsync();
        await Task.WhenAll(uploads);
    }
}
