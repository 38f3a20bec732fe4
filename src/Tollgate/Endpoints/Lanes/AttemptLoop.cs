using System.Runtime.CompilerServices;
using Tollgate.Configuration;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// The only retry loop: attempts over all backends of a route together, under one limit of attempts and one deadline. Another attempt is
/// made only while nothing has gone to the client.
/// </summary>
internal sealed class AttemptLoop(Router router, Attempts attempts, Chance chance, TimeProvider time)
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DefaultMaxWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(500);

    private Attempts Attempts { get; } = attempts;

    private Chance Chance { get; } = chance;

    private TimeProvider Time { get; } = time;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request, Provider? pinned)
    {
        var (backend, plan, refusal) = Next(request, pinned, null);
        if (backend is null) return refusal;

        // Most requests end here, with nothing allocated for the loop.
        var retry = request.Model.Config.Retry;
        var outcome = Lanes.Attempts.End(request, await Attempts.BeginAsync(request, plan with { MayRetry = retry.Attempts > 1 }).ConfigureAwait(false));
        return CanGoOn(request, outcome)
            ? await new Run(this, request, pinned, retry).GoOnAsync(backend, outcome).ConfigureAwait(false)
            : Attempts.Conclude(request, outcome);
    }

    private static bool CanGoOn(GatewayRequest request, in AttemptOutcome outcome) =>
        outcome.Class != FailureClass.Final && !request.Context.Response.HasStarted && !request.Clock.ClientLeft;

    /// <summary>A backend that cannot say what is asked is passed over; when none can, the first one's reason is the answer.</summary>
    private (Backend? Backend, TransferPlan Plan, Refusal? Refusal) Next(GatewayRequest request, Provider? pinned, List<Backend>? spent)
    {
        Refusal? first = null;
        while (true)
        {
            var (backend, unrouted) = router.Route(request, request.BodyModel, pinned, spent);
            if (backend is null) return (null, default, first ?? unrouted);
            var (plan, refusal) = PlanChoice.Build(request, backend);
            if (plan is not null) return (backend, plan.Value, null);
            if (refusal!.Kind != GatewayErrorKinds.Unsupported) return (null, default, refusal);
            first ??= refusal;
            (spent ??= []).Add(backend);
        }
    }

    /// <summary>What is known of a request whose first attempt failed.</summary>
    private sealed class Run(AttemptLoop loop, GatewayRequest request, Provider? pinned, RetryConfig retry)
    {
        private readonly List<Backend> _spent = [];
        private readonly List<Backend> _triedAgain = [];
        private readonly long _start = request.StartTimestamp;

        internal async ValueTask<Refusal?> GoOnAsync(Backend backend, AttemptOutcome outcome)
        {
            for (var made = 1; made < retry.Attempts && CanGoOn(request, outcome); made++)
            {
                var (next, plan) = await ChooseAsync(backend, outcome).ConfigureAwait(false);
                if (next is null) break;
                loop.Attempts.Tell(request, outcome);
                outcome.Held?.Dispose();
                backend = next;
                request.BeginAttempt();
                outcome = await loop.Attempts.TryAsync(request, plan with { MayRetry = made + 1 < retry.Attempts }).ConfigureAwait(false);
            }

            return await EndAsync(outcome).ConfigureAwait(false);
        }

        private async ValueTask<Refusal?> EndAsync(AttemptOutcome outcome)
        {
            if (outcome.Held is not { } held) return loop.Attempts.Conclude(request, outcome);
            using (held)
            {
                request.BeginAttempt(); // its time limit may have run out
                await held.WriteAsync(request).ConfigureAwait(false);
                return null;
            }
        }

        /// <summary>Who is asked next, after what wait; null when the failure is to be told.</summary>
        private async ValueTask<(Backend? Backend, TransferPlan Plan)> ChooseAsync(Backend failed, AttemptOutcome outcome)
        {
            if (outcome.Class == FailureClass.Transient && !_triedAgain.Contains(failed) && Router.MayAskAgain(failed))
            {
                _triedAgain.Add(failed);
                return await WaitAsync(Jitter(FirstPause)).ConfigureAwait(false) ? Again(failed) : default;
            }

            _spent.Add(failed);
            var (next, plan, _) = loop.Next(request, pinned, _spent);
            if (next is not null) return (next, plan);
            if (outcome.Class != FailureClass.Throttled) return default;

            // Nobody else is left: wait as long as it asks, if that is not too long, and ask it again.
            var wait = outcome.Held?.RetryAfter(loop.Time.GetUtcNow()) ?? Jitter(FirstBackOff * (1 << Math.Min(_spent.Count - 1, 4)));
            return wait <= (retry.MaxWait ?? DefaultMaxWait) && await WaitAsync(wait).ConfigureAwait(false) && Router.MayAskAgain(failed) ? Again(failed) : default;
        }

        private (Backend? Backend, TransferPlan Plan) Again(Backend backend) => PlanChoice.Build(request, backend).Plan is { } plan ? (backend, plan) : default;

        /// <summary>Half to one and a half times as long, so that callers who failed together do not come back together.</summary>
        private TimeSpan Jitter(TimeSpan wait) => wait * (0.5 + loop.Chance.Next());

        /// <summary>False when the deadline comes first.</summary>
        private async ValueTask<bool> WaitAsync(TimeSpan wait)
        {
            if (loop.Time.GetElapsedTime(_start) + wait > (retry.Deadline ?? DefaultDeadline)) return false;
            request.Clock.Pause();
            await Task.Delay(wait, loop.Time, request.Context.RequestAborted).ConfigureAwait(false);
            return true;
        }
    }
}
