
namespace Tollgate.Routing.Health;

/// <summary>What counts at run time about one provider and model (and key): found again by name after a reload.</summary>
internal sealed class BackendState
{
    private readonly TimeProvider _time;
    private int _inFlight;

    internal BackendState(string provider, string model, KeyState key, TimeProvider time, Func<double> chance)
    {
        (Provider, Model, Key) = (provider, model, key);
        _time = time;
        Circuit = new Circuit(time, chance);
        Streams = new Latency(time);
        Answers = new Latency(time);
    }

    internal string Provider { get; }

    /// <summary>The model sent to the provider, or the route's glob when that follows from the request.</summary>
    internal string Model { get; }

    internal KeyState Key { get; }

    internal Circuit Circuit { get; }

    /// <summary>Time to first token of streams.</summary>
    internal Latency Streams { get; }

    /// <summary>Time to headers of whole answers.</summary>
    internal Latency Answers { get; }

    /// <summary>Attempts that are under way.</summary>
    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The last failure and when it was; null when there was none. No secrets.</summary>
    internal BackendFailure? LastFailure { get; private set; }

    /// <summary>True in nearly every case: neither the backend nor its key is out.</summary>
    internal bool IsFree => Circuit.IsFree && Key.Circuit.IsFree;

    /// <summary>Why it is out, if it is.</summary>
    internal RestReason Reason =>
        !Key.Circuit.IsFree ? Key.Circuit.IsOpen ? RestReason.Credential : RestReason.Throttled
        : Circuit.IsFree ? RestReason.None
        : Circuit.IsOpen ? RestReason.Faults : RestReason.Throttled;

    internal Latency LatencyOf(bool stream) => stream ? Streams : Answers;

    internal Standing Look()
    {
        var (own, key) = (Circuit.Look(), Key.Circuit.Look());
        return own > key ? own : key;
    }

    internal TimeSpan ReturnsIn()
    {
        var (own, key) = (Circuit.ReturnsIn(), Key.Circuit.ReturnsIn());
        return own > key ? own : key;
    }

    /// <summary>Takes whatever permits are needed to ask it now.</summary>
    internal bool TryPass(bool early, out ProbePermit permit)
    {
        permit = default;
        if (!TryPass(Circuit, early, out var own)) return false;
        if (!TryPass(Key.Circuit, early, out var key))
        {
            Circuit.Abandon(own);
            return false;
        }

        permit = new ProbePermit(own, key);
        return true;
    }

    /// <summary>The attempt for which permits were taken is not made.</summary>
    internal void Release(ProbePermit permit)
    {
        if (permit.Backend != 0) Circuit.Abandon(permit.Backend);
        if (permit.Key != 0) Key.Circuit.Abandon(permit.Key);
    }

    internal void Begin() => Interlocked.Increment(ref _inFlight);

    /// <summary>Pairs with <see cref="Begin"/>, whatever came of the attempt.</summary>
    internal void End(in Verdict verdict, ProbePermit permit)
    {
        Interlocked.Decrement(ref _inFlight);
        if (verdict.Error is { } error) LastFailure = new BackendFailure(_time.GetUtcNow(), error, verdict.Kind);
        switch (verdict.Kind)
        {
            case VerdictKind.Good:
                if (verdict.Began is { } began) LatencyOf(verdict.Stream).Measure(began);
                Circuit.Succeed(permit.Backend);
                Key.Circuit.Succeed(permit.Key);
                break;
            case VerdictKind.Fault:
                Circuit.Fail(permit.Backend);
                Key.Circuit.Abandon(permit.Key);
                break;
            case VerdictKind.Throttled:
                Throttle(verdict.Rest, permit);
                break;
            case VerdictKind.KeyRefused:
                Key.Circuit.Trip(permit.Key);
                Circuit.Abandon(permit.Backend);
                break;
            case VerdictKind.KeyForbidden:
                Key.Circuit.Fail(permit.Key);
                Circuit.Abandon(permit.Backend);
                break;
            default:
                Release(permit);
                break;
        }
    }

    // The limit is the account's for this model: the backend of this key rests, its sisters with other keys do not.
    private void Throttle(TimeSpan? rest, ProbePermit permit)
    {
        Circuit.Fail(permit.Backend);
        Key.Circuit.Abandon(permit.Key);
        if (rest is { } wanted) Circuit.Rest(wanted);
    }

    private static bool TryPass(Circuit circuit, bool early, out long probe)
    {
        probe = 0;
        return circuit.Look() switch
        {
            Standing.Free => true,
            Standing.ProbeDue => (probe = circuit.TryProbe()) != 0,
            _ => early && (probe = circuit.TryProbe(early: true)) != 0,
        };
    }
}

/// <summary>What a backend failed with last.</summary>
/// <param name="At">When.</param>
/// <param name="Error">A status or the code of an error.</param>
/// <param name="Kind">What it said about the backend.</param>
internal sealed record BackendFailure(DateTimeOffset At, string Error, VerdictKind Kind)
{
    /// <summary>True when another key of the same provider may well do better.</summary>
    internal bool IsOfKey => Kind is VerdictKind.Throttled or VerdictKind.KeyRefused or VerdictKind.KeyForbidden;
}
