using System.Runtime.CompilerServices;
using Tollgate.Configuration;
using Tollgate.Limits.Admitting;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Errors;
using Tollgate.Reuse;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// The only retry loop: attempts over all backends of a route together, under one limit of attempts and one deadline. Another attempt is
/// made only while nothing has gone to the client.
/// </summary>
internal sealed class AttemptLoop(Router router, Attempts attempts, Admissions admissions, RequestPool requests, Chance chance, TimeProvider time)
{
    internal Admissions Admissions { get; } = admissions;

    internal Attempts Attempts { get; } = attempts;

    internal RequestPool Requests { get; } = requests;

    internal Chance Chance { get; } = chance;

    internal TimeProvider Time { get; } = time;

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request, Provider? pinned)
    {
        var isLimited = Admissions.Concern(request);
        if (isLimited) Admissions.Weigh(request);
        var (candidate, refusal) = Next(request, pinned, null);
        if (candidate is not { } chosen) return refusal;
        if (isLimited)
        {
            if (await Admissions.AdmitAsync(request, chosen.Backend.Provider, chosen.Backend.Model).ConfigureAwait(false) is { } full) return full;
            if (Admissions.HasQuotas(request))
            {
                (candidate, refusal) = await WithRoomAsync(request, pinned, null, chosen).ConfigureAwait(false);
                if (candidate is not { } withRoom) return refusal;
                chosen = withRoom;
            }
        }

        // Most requests end here, with nothing allocated for the loop.
        var (backend, plan) = chosen;
        var retry = backend.Policy.Retry;
        if (backend.Policy.Hedge is not null) return await new HedgeRun(this, request, pinned, backend.Policy).RunAsync(backend, plan).ConfigureAwait(false);
        var outcome = Lanes.Attempts.End(request, await Attempts.BeginAsync(request, plan.Held(mayRetry: retry.Attempts > 1)).ConfigureAwait(false));
        if (outcome.Broken is { } broken) return await new ResumeRun(this, request, retry, broken).GoOnAsync(backend, outcome, 1).ConfigureAwait(false);
        return outcome.Held is null && !CanGoOn(request, outcome)
            ? Attempts.Conclude(request, outcome)
            : await new AttemptRun(this, request, pinned, retry).GoOnAsync(backend, outcome).ConfigureAwait(false);
    }

    /// <summary>Ends a request whose attempt has ended, or goes on with it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pinned">Who must answer; null: anybody.</param>
    /// <param name="retry">How often, and how long.</param>
    /// <param name="backend">Where the attempt was made.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="made">Attempts so far.</param>
    /// <param name="before">One that failed beside it; null: there is none.</param>
    internal async ValueTask<Refusal?> GoOnAsync(GatewayRequest request, Provider? pinned, RetryConfig retry, Backend backend, AttemptOutcome outcome, int made = 1, (Backend Backend, AttemptOutcome Outcome)? before = null)
    {
        return before is null && outcome.Held is null && outcome.Broken is null && !CanGoOn(request, outcome)
            ? Attempts.Conclude(request, outcome)
            : await new AttemptRun(this, request, pinned, retry).GoOnAsync(backend, outcome, made, before).ConfigureAwait(false);
    }

    internal static bool CanGoOn(GatewayRequest request, AttemptOutcome outcome) =>
        outcome.MayBeMended && !request.Context.Response.HasStarted && !request.Clock.ClientLeft;

    /// <summary>A backend that cannot say what is asked is passed over; when none can, the first one's reason is the answer.</summary>
    internal (Candidate? Candidate, Refusal? Refusal) Next(GatewayRequest request, Provider? pinned, List<Backend>? spent)
    {
        Refusal? first = null;
        while (true)
        {
            var (backend, unrouted) = router.Route(request, request.BodyModel, pinned, spent);
            if (backend is null) return (null, first ?? unrouted);
            var (plan, refusal) = PlanChoice.Build(request, backend);
            if (plan is not null) return (new Candidate(backend, plan), null);
            if (refusal!.Kind != GatewayErrorKinds.Unsupported) return (null, refusal);
            first ??= refusal;
            (spent ??= []).Add(backend);
        }
    }

    /// <summary>The same for a request under limits: who has no quota left is passed over; when nobody has, the one that has some again first is the answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pinned">Who made what it builds on.</param>
    /// <param name="spent">Who is not asked.</param>
    /// <param name="chosen">Who was chosen.</param>
    internal async ValueTask<(Candidate? Candidate, Refusal? Refusal)> WithRoomAsync(GatewayRequest request, Provider? pinned, List<Backend>? spent, Candidate chosen)
    {
        Refusal? soonest = null;
        while (true)
        {
            var backend = chosen.Backend;
            if (await Admissions.TakeQuotaAsync(request, backend.Provider, backend.Model ?? request.AskedModel).ConfigureAwait(false) is not { } full) return (chosen, null);
            soonest = LimitRefusal.Sooner(soonest, full);
            (spent ??= []).Add(backend);
            if (Next(request, pinned, spent).Candidate is not { } next) return (null, soonest);
            chosen = next;
        }
    }

    /// <summary>Who is next, whatever it is asked; null when there is nobody.</summary>
    internal Backend? NextBackend(GatewayRequest request, List<Backend> spent) => router.Route(request, request.BodyModel, null, spent).Backend;
}
