using System.Diagnostics;
using System.Net.Sockets;
using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>A subject that runs, and has given its first answer.</summary>
internal sealed class Subject : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(2);

    private readonly GuardedProcess _process;
    private readonly Launch _launch;

    private Subject(SubjectKind kind, int port, GuardedProcess process, Launch launch) => (Kind, Port, _process, _launch) = (kind, port, process, launch);

    internal SubjectKind Kind { get; }

    internal int Port { get; }

    internal int Id => _process.Id;

    internal int? Admin => _launch.Admin;

    internal ProcessMeters Meters => _process.Meters;

    /// <summary>From the start of its process to its first answer.</summary>
    internal TimeSpan StartedAfter { get; private set; }

    /// <summary>Starts it, and asks until it answers.</summary>
    /// <exception cref="IOException">It ended, or did not answer in half a minute; the message says what it said.</exception>
    /// <param name="kind">What it is.</param>
    /// <param name="workshop">What it is made from.</param>
    /// <param name="processors">Null: it may run on all of them.</param>
    internal static async Task<Subject> StartAsync(SubjectKind kind, Workshop workshop, Processors? processors = null)
    {
        var port = workshop.Port(kind.Name);
        var launch = kind.Prepare(workshop, port);
        if (processors is not null) launch = launch with { Command = [.. processors.Prefix, .. launch.Command] };
        var start = Stopwatch.GetTimestamp();
        var subject = new Subject(kind, port, GuardedProcess.Start(launch, workshop.Folder, kind.Name), launch);
        try
        {
            await subject.AnswersAsync(start);
            subject.StartedAfter = Stopwatch.GetElapsedTime(start);
            return subject;
        }
        catch (Exception)
        {
            subject.Dispose();
            throw;
        }
    }

    /// <summary>The same; null, and a word about why, when it cannot be started.</summary>
    internal static async Task<Subject?> TryStartAsync(SubjectKind kind, Workshop workshop, TextWriter progress, Processors? processors = null)
    {
        try
        {
            return await StartAsync(kind, workshop, processors);
        }
        catch (IOException e)
        {
            await progress.WriteLineAsync($"{kind.Name} is left out: {e.Message}");
            return null;
        }
    }

    internal byte[] Request(AnswerShape shape, int bodyLength = 1024, bool clientHeaders = false) => Payload.Request(_launch.Form, shape, bodyLength, clientHeaders);

    public void Dispose() => _process.Dispose();

    private async Task AnswersAsync(long start)
    {
        while (true)
        {
            try
            {
                using var connection = new LoadConnection(Port);
                await connection.RunAsync(Request(AnswerShape.Short), LoadPhase.Of(1));
                return;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                if (!Meters.Alive) throw new IOException("it ended: " + _process.LastErrors(), e);
                if (Stopwatch.GetElapsedTime(start) > Patience) throw new IOException($"it does not answer: {e.Message} {_process.LastErrors()}", e);
            }

            await Task.Delay(Between);
        }
    }
}
