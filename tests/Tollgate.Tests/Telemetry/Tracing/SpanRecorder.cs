using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Tollgate.Tests.Telemetry.Tracing;

/// <summary>
/// Keeps the spans of one trace. It samples nothing else, so that requests of other tests in this process go on unwatched: to be
/// seen a request sends <see cref="Parent"/>.
/// </summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();

    public SpanRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Tollgate",
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => o.Parent.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = a =>
            {
                if (a.TraceId == _trace) _ended.Enqueue(a);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>All that have ended.</summary>
    public IReadOnlyCollection<Activity> Ended => _ended;

    public string TraceId => _trace.ToHexString();

    /// <summary>Name and value of the header that makes a request part of the trace.</summary>
    public (string Name, string Value) Parent => ("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");

    /// <summary>The span of the request, when it has ended: that is after the client has its answer.</summary>
    public async Task<Activity> RequestAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_ended.FirstOrDefault(a => a.Kind == ActivityKind.Server) is { } span) return span;
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>The spans of its attempts, in order.</summary>
    public async Task<IReadOnlyList<Activity>> AttemptsAsync()
    {
        await RequestAsync();
        return [.. _ended.Where(a => a.Kind == ActivityKind.Client)];
    }

    public async Task<Activity> AttemptAsync() => (await AttemptsAsync()).ShouldHaveSingleItem();

    /// <summary>One attribute a line, in the order of their names; numbers that depend on the run as <c>*</c>.</summary>
    public static string Describe(Activity span) => string.Join('\n', span.TagObjects
        .OrderBy(t => t.Key, StringComparer.Ordinal)
        .Select(t => $"{t.Key}: {(IsOfTheRun(t.Key) ? "*" : Text(t.Value))}"));

    public void Dispose() => _listener.Dispose();

    private static bool IsOfTheRun(string name) => name is "server.port" or "tollgate.request.id" or "gen_ai.response.time_to_first_chunk";

    private static string Text(object? value) => value switch
    {
        string[] texts => "[" + string.Join(", ", texts) + "]",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "null",
    };
}
