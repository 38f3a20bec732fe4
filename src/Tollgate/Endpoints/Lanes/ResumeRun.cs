using Tollgate.Configuration;
using Tollgate.Limits.Admitting;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Resuming;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// Goes on with a stream that broke after the client had some of it: another backend, or the same one when there is no other, continues the
/// text. Attempts count with those before; the deadline begins with the break, because the answer may have run for long by then.
/// </summary>
internal sealed class ResumeRun(AttemptLoop loop, GatewayRequest request, RetryConfig retry, ResumableStream stream)
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(2);

    private readonly List<Backend> _spent = [];
    private readonly long _start = loop.Time.GetTimestamp();
    private bool _hasTriedAgain;

    internal async ValueTask<Refusal?> GoOnAsync(Backend backend, AttemptOutcome outcome, int made)
    {
        var wasPrefill = false;
        while (made++ < retry.Attempts && MayGoOn())
        {
            var took = request.Clock.Elapsed;
            if (await ChooseAsync(backend, outcome, wasPrefill).ConfigureAwait(false) is not var (next, plan)) break;
            loop.Attempts.Tell(request, outcome, took);
            stream.Usage = stream.Usage.Plus(request.Record.Usage);
            (backend, wasPrefill) = (next, plan.Continues!.IsPrefill);
            request.BeginContinuation();
            outcome = await loop.Attempts.TryAsync(request, plan).ConfigureAwait(false);
            outcome.Held?.Dispose();
            if (outcome.IsDone) return Recovered();
            if (outcome.Culprit == Culprit.Client) return loop.Attempts.Conclude(request, outcome);
        }

        request.Record.Resumed = "failed";
        await stream.FailAsync().ConfigureAwait(false);
        return loop.Attempts.Conclude(request, stream.Fault!);
    }

    private Refusal? Recovered()
    {
        // An answer that ended with an error which nobody could go on from is none.
        request.Record.Resumed = request.Record.ErrorCode is null ? "recovered" : "failed";
        return null;
    }

    private bool MayGoOn() => stream.CanGoOn && !request.Clock.ClientLeft && !request.Clock.IsBrokenOff && loop.Time.GetElapsedTime(_start) <= (retry.Deadline ?? DefaultDeadline);

    /// <summary>Who refuses to complete half an answer is told to go on from it; a request that is refused otherwise is refused by this one alone.</summary>
    private async ValueTask<Candidate?> ChooseAsync(Backend last, AttemptOutcome outcome, bool wasPrefill)
    {
        if (wasPrefill && outcome.Held is not null && outcome.Class == FailureClass.Final && ContinuationPlan.Build(request, last, stream, prefill: false) is { } anew && await HasRoomAsync(last).ConfigureAwait(false)) return new Candidate(last, anew);
        _spent.Add(last);
        while (loop.NextBackend(request, _spent) is { } next)
        {
            if (PlanFor(next) is { } plan && await HasRoomAsync(next).ConfigureAwait(false)) return new Candidate(next, plan);
            _spent.Add(next);
        }

        if (_hasTriedAgain || outcome.Class != FailureClass.Transient || !Router.MayAskAgain(last)) return null;
        _hasTriedAgain = true;
        return PlanFor(last) is { } again && await HasRoomAsync(last).ConfigureAwait(false) ? new Candidate(last, again) : null;
    }

    private async ValueTask<bool> HasRoomAsync(Backend backend) =>
        !Admissions.Concern(request) || await loop.Admissions.TakeQuotaAsync(request, backend.Provider, backend.Model ?? request.AskedModel).ConfigureAwait(false) is null;

    private TransferPlan? PlanFor(Backend backend) =>
        ContinuationPlan.Build(request, backend, stream, prefill: true) ?? ContinuationPlan.Build(request, backend, stream, prefill: false);
}
