using Tollgate.Bench.Load;
using Tollgate.Bench.Rig.Subjects;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig;

/// <summary>
/// Runtimes compile what is called often a second time, in the background: that is no part of a request's cost. So a .NET subject answers for some thirty
/// seconds before it is measured, and one on Node.js for nearly half as long. What a measurement reads before and after is read all the while: what writes
/// that is compiled, too.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Unary first and last: the compiler is done with the first while the others run, and what streams taught it of shared code settles. Paced streams go
    /// other ways, because everybody waits.
    /// </summary>
    internal static IReadOnlyList<WarmUpStep> Steps { get; } =
    [
        new(AnswerShape.Short, 1024, 8),
        new(AnswerShape.Stream50, 1024, 4),
        new(AnswerShape.Paced, 1024, 12) { Connections = 256 },
        new(AnswerShape.Short, 32 * 1024, 2),
        new(AnswerShape.Short, 1024, 12),
    ];

    internal static async Task RunAsync(Subject subject, WarmUpStep step)
    {
        var part = subject.Kind.Machinery switch { Machinery.Native => 0.1, Machinery.DotNet => 1, _ => 0.4 };
        using var loop = new ClosedLoop(subject.Port, step.Connections, subject.Request(step.Shape, step.BodyLength));
        var load = loop.RunAsync(LoadPhase.Of(TimeSpan.FromSeconds(step.Seconds * part)));
        while (await Task.WhenAny(load, Task.Delay(BetweenReadings)) != load) await ProcessMeters.AllocatedAsync(subject.Admin);
        await load;
    }
}

/// <summary>What is asked for, and for how long of a .NET subject.</summary>
internal sealed record WarmUpStep(AnswerShape Shape, int BodyLength, double Seconds)
{
    internal int Connections { get; init; } = 16;
}
