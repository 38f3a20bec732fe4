using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>From the start of a process to its first answer of the provider, several times.</summary>
internal sealed class StartScene : OnceScene
{
    private const int Starts = 5;

    internal override async Task MeasureAsync(IReadOnlyList<SubjectKind> kinds, Workshop workshop, TextWriter progress, Action<Sample> note)
    {
        for (var i = 0; i < Starts; i++)
        {
            foreach (var kind in kinds)
            {
                using var subject = await Subject.TryStartAsync(kind, workshop, progress);
                if (subject is not null) note(new Sample(Name, kind.Name, i, Figure.Start, subject.StartedAfter.TotalMilliseconds));
            }
        }
    }
}
