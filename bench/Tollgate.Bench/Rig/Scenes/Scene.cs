using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>One kind of traffic, which the subjects get by turns, round after round.</summary>
internal abstract class Scene
{
    internal required string Name { get; init; }

    internal required string Title { get; init; }

    /// <summary>The names of the subjects for which it says something.</summary>
    internal required IReadOnlyList<string> Subjects { get; init; }

    internal abstract Task MeasureAsync(Trial trial);
}

/// <summary>What is measured on processes of its own, once in a run, before the rounds.</summary>
internal abstract class OnceScene
{
    internal required string Name { get; init; }

    internal required IReadOnlyList<string> Subjects { get; init; }

    internal abstract Task MeasureAsync(IReadOnlyList<SubjectKind> kinds, Workshop workshop, TextWriter progress, Action<Sample> note);
}

/// <summary>One round of a scene for one subject.</summary>
/// <param name="Subject">Who is measured.</param>
/// <param name="Mock">The provider behind it.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="ByteProxyRate">Requests a second that nginx managed at most, in this run; 0 when no scene needs it.</param>
/// <param name="Record">Takes a figure and its value.</param>
internal sealed record Trial(Subject Subject, Subject Mock, double Seconds, double ByteProxyRate, Action<string, double> Record)
{
    internal TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    internal void Note(string figure, double value)
    {
        if (double.IsFinite(value)) Record(figure, value);
    }
}
