using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tollgate.Metering;
using Tollgate.Metering.Ledger;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;
using Tollgate.Reuse;
using Tollgate.Routing.Flow;
using Tollgate.Routing.Health;
using Tollgate.Telemetry;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// Carries out an attempt for a lane and turns what came of it into the lane's answer. Here an attempt begins and ends, for whoever
/// counts: a place at the provider, attempts under way, health.
/// </summary>
internal sealed class Attempts(AttemptExecutor executor, LedgerDesk ledger, ILogger<Attempts> logger)
{
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request, TransferPlan plan, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry = null) =>
        Conclude(request, await TryAsync(request, plan, carry).ConfigureAwait(false));

    /// <param name="request">The request.</param>
    /// <param name="plan">The attempt.</param>
    /// <param name="carry">Carries it out where the executor cannot; null: the executor does.</param>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> TryAsync(GatewayRequest request, TransferPlan plan, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry = null) =>
        End(request, await BeginAsync(request, plan, carry).ConfigureAwait(false));

    /// <summary>
    /// The same for the one caller through whom nearly all requests go: without a frame of its own, so that it costs no memory. The caller
    /// passes what came of it to <see cref="End"/>; an exception ends the attempt with the request.
    /// </summary>
    internal ValueTask<AttemptOutcome> BeginAsync(GatewayRequest request, TransferPlan plan, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry = null) =>
        ledger.TryAdmit(request, plan) ? EnterAsync(request, plan, carry) : AdmitAsync(request, plan, carry);

    /// <summary>Nobody is called whose work would not be accounted for.</summary>
    private async ValueTask<AttemptOutcome> AdmitAsync(GatewayRequest request, TransferPlan plan, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry)
    {
        if (await ledger.AdmitAsync(request, plan).ConfigureAwait(false)) return await EnterAsync(request, plan, carry).ConfigureAwait(false);
        request.Choose(null, default);
        return request.Clock.ClientLeft
            ? AttemptOutcome.ClientLeft
            : new AttemptOutcome(GatewayErrorKinds.LedgerFull, "the ledger does not keep up, and no request goes unaccounted for; try again", Culprit.Gateway);
    }

    private ValueTask<AttemptOutcome> EnterAsync(GatewayRequest request, TransferPlan plan, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry) =>
        plan.Provider.State.Gate.IsLimited ? QueueAsync(request, plan, carry) : StartAsync(request, plan, null, carry);

    internal static AttemptOutcome End(GatewayRequest request, AttemptOutcome outcome)
    {
        request.EndAttempt(Verdict.Of(outcome, request.Record, request.Attempt.Start, request.AskedRest));
        return outcome;
    }

    private async ValueTask<AttemptOutcome> QueueAsync(GatewayRequest request, TransferPlan plan, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry)
    {
        var gate = plan.Provider.State.Gate;
        var entry = await gate.EnterAsync(request.GivenUp).ConfigureAwait(false);
        if (entry is GateEntry.Unlimited or GateEntry.Entered) return await StartAsync(request, plan, entry == GateEntry.Entered ? gate : null, carry).ConfigureAwait(false);
        request.Choose(null, default);
        return Unadmitted(entry, plan);
    }

    private ValueTask<AttemptOutcome> StartAsync(GatewayRequest request, TransferPlan plan, ProviderGate? gate, Func<TransferPlan, ValueTask<AttemptOutcome>>? carry)
    {
        request.StartAttempt(plan.Backend, gate);
        if (carry is not null) return carry(plan);
        return request.Trace is { } trace ? trace.RunAsync(executor, request, plan) : executor.ExecuteAsync(request, plan);
    }

    /// <summary>Tells the operator of a failure that the client will not hear of.</summary>
    internal void Tell(GatewayRequest request, AttemptOutcome outcome, TimeSpan took)
    {
        var record = request.Record;
        CostMeter.KeepFailed(request, record, outcome.Failure?.Code ?? record.ErrorCode, took);
        if (outcome.Failure is { } kind) Log.ProviderFailed(logger, record.RequestId, record.Provider ?? "", kind.Code, outcome.Detail ?? "");
        else Log.AttemptFailed(logger, record.RequestId, record.Provider ?? "", record.ProviderStatus);
    }

    /// <summary>An attempt that nobody waits for any more has thrown what nobody expected.</summary>
    internal void TellOfBug(GatewayRequest request, Exception bug) => Log.RequestFailed(logger, request.Record.RequestId, bug);

    internal Refusal? Conclude(GatewayRequest request, AttemptOutcome outcome)
    {
        var record = request.Record;
        if (outcome.Culprit == Culprit.Client && outcome.Failure is null)
        {
            record.ErrorCode = "client_left";
            if (!request.Context.Response.HasStarted) record.Status = StatusCodes.Status499ClientClosedRequest;
            return null;
        }

        if (outcome.Failure is not { } kind) return null;
        record.ErrorCode = kind.Code;
        Log.ProviderFailed(logger, record.RequestId, record.Provider ?? "", kind.Code, outcome.Detail ?? "");
        return request.Context.Response.HasStarted ? null : new Refusal(kind, outcome.Detail!, outcome.Param) { RetryAfter = kind == GatewayErrorKinds.RateLimited || kind == GatewayErrorKinds.LedgerFull ? ShortWait : null };
    }

    // A place may be free again any moment.
    private static TimeSpan ShortWait { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The provider was not asked, because it has as much to do as the operator allows: the next one is, or the client is told.</summary>
    private static AttemptOutcome Unadmitted(GateEntry entry, TransferPlan plan)
    {
        if (entry == GateEntry.ClientLeft) return AttemptOutcome.ClientLeft;
        var why = entry == GateEntry.QueueFull ? "and its queue is full (maxQueued)" : "and none ended in time (queueTimeout)";
        var limit = plan.Provider.State.Gate.MaxConcurrent;
        return new AttemptOutcome(GatewayErrorKinds.RateLimited, $"provider '{plan.Provider.Name}' has {limit} requests under way (maxConcurrent), {why}; try again", Culprit.Gateway)
        {
            Class = FailureClass.Silent, // waiting once more would not help: never the same one again
        };
    }
}
