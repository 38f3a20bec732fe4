using Tollgate.Limits.Admitting;
using Tollgate.Metering;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// A second attempt beside one that lets itself be waited for:
/// <code>
///   first ───────────── hedge.after ─────────────► first content ──► client
///                             └── second ──►           (or here)  ──► client; the other one is given up
/// </code>
/// Whoever has the first content answers. One that fails before it leaves the other one alone; when both fail, others are asked as after
/// any failure. What is left of the request goes on with the survivor.
/// </summary>
internal sealed class HedgeRun(AttemptLoop loop, GatewayRequest request, Provider? pinned, ModelPolicy policy)
{
    private readonly HedgeRace _race = new(request);

    internal async ValueTask<Refusal?> RunAsync(Backend backend, TransferPlan plan)
    {
        request.Race = _race;
        var first = new Runner(request, backend, loop.Attempts.TryAsync(request, plan.Held(mayRetry: true)).AsTask());
        var isOver = await IsOverAsync(first.Attempt).ConfigureAwait(false);

        // Who was not called yet (it waits for its turn, or for something to be fetched) is not silent, and has no place in the ledger to share.
        if (isOver || _race.Winner is not null || request.Record.Attempts == 0) return await AloneAsync(first).ConfigureAwait(false);

        var twin = loop.Requests.Get();
        try
        {
            twin.Join(request);
            return await BeginAsync(twin, backend).ConfigureAwait(false) is { } second
                ? await BothAsync(first, second).ConfigureAwait(false)
                : await AloneAsync(first).ConfigureAwait(false);
        }
        finally
        {
            await EndCallAsync(twin).ConfigureAwait(false);
            twin.Leave(request);
            loop.Requests.Return(twin);
        }
    }

    /// <summary>False: the time to wait for it is over.</summary>
    private async ValueTask<bool> IsOverAsync(Task attempt)
    {
        using var stop = new CancellationTokenSource();
        var wait = Task.Delay(policy.Hedge!.Value, loop.Time, stop.Token);
        if (await Task.WhenAny(attempt, wait).ConfigureAwait(false) == wait) return false;
        await stop.CancelAsync().ConfigureAwait(false);
        return true;
    }

    private async ValueTask<Refusal?> AloneAsync(Runner first)
    {
        var outcome = await first.Attempt.ConfigureAwait(false);
        request.Race = null;
        return await loop.GoOnAsync(request, pinned, policy.Retry, first.Backend, outcome).ConfigureAwait(false);
    }

    /// <summary>Null when there is nobody else, or nobody with room for it, or the first attempt has just begun to answer.</summary>
    private async ValueTask<Runner?> BeginAsync(GatewayRequest twin, Backend taken)
    {
        if (loop.Next(twin, pinned, [taken]).Candidate is not var (backend, plan) || !await HasRoomAsync(twin, backend).ConfigureAwait(false) || !_race.Enter(twin)) return null;
        twin.Race = _race;
        return new Runner(twin, backend, loop.Attempts.TryAsync(twin, plan.Held(mayRetry: true)).AsTask());
    }

    /// <summary>Each of the two calls has quotas of its own to fit in.</summary>
    private async ValueTask<bool> HasRoomAsync(GatewayRequest twin, Backend backend)
    {
        return !Admissions.Concern(request)
            || await loop.Admissions.TakeQuotaAsync(twin, backend.Provider, backend.Model ?? request.AskedModel).ConfigureAwait(false) is null;
    }

    private ValueTask EndCallAsync(GatewayRequest call) => call.LimitsIfAny is { IsOpen: true } ? loop.Admissions.EndCallAsync(call) : default;

    private async ValueTask<Refusal?> BothAsync(Runner first, Runner second)
    {
        var early = await Task.WhenAny(first.Attempt, second.Attempt).ConfigureAwait(false) == first.Attempt ? first : second;
        var late = ReferenceEquals(early, first) ? second : first;
        var (survivor, loser) = ReferenceEquals(_race.Winner, early.Request) ? (early, late) : (late, early);
        AttemptOutcome outcome;
        AttemptOutcome? lost;
        try
        {
            outcome = await survivor.Attempt.ConfigureAwait(false);
        }
        finally
        {
            if (!loser.Attempt.IsCompleted) loser.Request.Clock.Outrun();
            lost = await EndOfAsync(loser).ConfigureAwait(false);
            first.Request.Race = second.Request.Race = null;
        }

        await EndCallAsync(loser.Request).ConfigureAwait(false);
        Note(survivor.Request, loser, lost, second.Request);
        try
        {
            return await loop.GoOnAsync(survivor.Request, pinned, policy.Retry, survivor.Backend, outcome, made: 2, FailureOf(loser, lost)).ConfigureAwait(false);
        }
        finally
        {
            if (!ReferenceEquals(survivor.Request, request))
            {
                await EndCallAsync(survivor.Request).ConfigureAwait(false);
                request.Record.Adopt(survivor.Request.Record);
            }
        }
    }

    /// <summary>Whoever has answered, nobody waits for a reason why the other one could not.</summary>
    private async ValueTask<AttemptOutcome?> EndOfAsync(Runner loser)
    {
        try
        {
            return await loser.Attempt.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            loop.Attempts.TellOfBug(loser.Request, e);
            return null;
        }
    }

    /// <summary>The account of the attempt that came to nothing, with what it used, stands with the other one's.</summary>
    private static void Note(GatewayRequest survivor, Runner loser, AttemptOutcome? lost, GatewayRequest twin)
    {
        var error = lost is { IsOutrun: true } ? "outrun" : lost?.Failure?.Code ?? loser.Request.Record.ErrorCode;
        CostMeter.KeepFailed(loser.Request, survivor.Record, error, loser.Request.Clock.Elapsed);
        if (!ReferenceEquals(survivor, twin)) survivor.Record.Attempts = Math.Max(survivor.Record.Attempts, twin.Record.Attempts);
    }

    /// <summary>What it says about others; null when it only came too late.</summary>
    private (Backend Backend, AttemptOutcome Outcome)? FailureOf(Runner loser, AttemptOutcome? lost)
    {
        if (_race.Winner is null && lost is { IsOutrun: false, Culprit: not Culprit.Client } failed) return (loser.Backend, failed);
        lost?.Held?.Dispose();
        return null;
    }

    /// <summary>One of the two.</summary>
    private sealed record Runner(GatewayRequest Request, Backend Backend, Task<AttemptOutcome> Attempt);
}
