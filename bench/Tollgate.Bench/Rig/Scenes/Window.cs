using System.Diagnostics;
using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>What was used between two moments: time, CPU of the subject and of those it shares the machine with, allocated bytes.</summary>
internal sealed class Window
{
    private readonly Trial _trial;
    private readonly double _cpu;
    private readonly double _others;
    private readonly double? _allocated;
    private readonly long _start;

    private Window(Trial trial, double? allocated)
    {
        (_trial, _allocated) = (trial, allocated);
        (_cpu, _others, _start) = (trial.Subject.Meters.CpuSeconds(), Others(), Stopwatch.GetTimestamp());
    }

    internal static async Task<Window> OpenAsync(Trial trial) => new(trial, await ProcessMeters.AllocatedAsync(trial.Subject.Admin));

    /// <summary>Notes the figures for so many answers.</summary>
    internal async Task CloseAsync(long answers)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        var (cpu, others) = (_trial.Subject.Meters.CpuSeconds() - _cpu, Others() - _others);
        var allocated = await ProcessMeters.AllocatedAsync(_trial.Subject.Admin) - _allocated;
        _trial.Note(Figure.Rate, answers / elapsed.TotalSeconds);
        _trial.Note(Figure.Cpu, cpu / answers * 10_000);
        _trial.Note(Figure.OthersCpu, others / answers * 10_000);
        if (allocated is { } bytes) _trial.Note(Figure.Allocated, bytes / answers);
    }

    private double Others() => Environment.CpuUsage.TotalTime.TotalSeconds + (_trial.Subject.Kind.Name == Names.Direct ? 0 : _trial.Mock.Meters.CpuSeconds());
}
