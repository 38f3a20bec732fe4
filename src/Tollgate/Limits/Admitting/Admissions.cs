using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tollgate.Limits.Rules;
using Tollgate.Metering;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Reuse;
using Tollgate.Telemetry;

namespace Tollgate.Limits.Admitting;

/// <summary>
/// Admits requests under limits. What a request may use is reserved before a provider is asked, and settled to what it used when it ends:
/// <code>
///   :: 1  estimate, while the body is as the client sent it
///   :: 2  the request's own limits, all or none, once its model is known
///   :: 3  for each call of a provider its quotas, ended with the call
///   :: 4  settlement, on every way out of the gateway, once
/// </code>
/// </summary>
internal sealed class Admissions(CounterStores stores, ReservationIds ids, LimitMetrics metrics, TimeProvider time, ILogger<Admissions> logger)
{
    /// <summary>False in nearly every case where there are no limits; then nothing else here is called.</summary>
    internal static bool Concern(GatewayRequest request) => !request.Model.Limits.IsEmpty || request.Client is { Limits.IsEmpty: false };

    /// <summary>Step 1.</summary>
    internal static void Weigh(GatewayRequest request) => request.Limits.Estimate = Estimate.Of(request);

    /// <summary>False: no limit is a provider's quota, so that no call has to be admitted beside its request.</summary>
    internal static bool HasQuotas(GatewayRequest request) => request.Model.Limits.HasQuotas || request.Client is { Limits.IsEmpty: false };

    /// <summary>Step 2. A second call, for another candidate, changes nothing. Where all counters are in memory it is over when it returns.</summary>
    /// <param name="request">The request.</param>
    /// <param name="provider">Who would be asked: its prices are those that count.</param>
    /// <param name="served">The model that it would be asked for; null when there is none.</param>
    internal ValueTask<Refusal?> AdmitAsync(GatewayRequest request, Provider? provider, string? served)
    {
        var limits = request.Limits;
        if (limits.IsAdmitted) return default;
        Collect(request, limits.Whole, new Asked(request), quotas: false);
        if (!limits.Whole.IsEmpty)
        {
            Want(request, limits.Whole, provider, served);
            Note(request, limits.Whole);
            if (limits.Whole.Shared.Count > 0) return AdmitSharedAsync(request);
            if (Reserve(request, limits.Whole.Local, isQuota: false) is { } refused) return new(Refuse(request, refused));
        }

        limits.IsAdmitted = true;
        return default;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<Refusal?> AdmitSharedAsync(GatewayRequest request)
    {
        if (await ReserveAsync(request, request.Limits.Whole, isQuota: false).ConfigureAwait(false) is { } refused) return Refuse(request, refused);
        request.Limits.IsAdmitted = true;
        return null;
    }

    private Refusal Refuse(GatewayRequest request, in RefusedClaim refused)
    {
        Count(request, refused);
        return LimitRefusal.Of(refused);
    }

    /// <summary>Step 3. Null: the provider may be asked. Else another one may.</summary>
    internal async ValueTask<Refusal?> TakeQuotaAsync(GatewayRequest request, Provider provider, string? served)
    {
        var limits = request.Limits;
        await EndCallAsync(request).ConfigureAwait(false);
        Collect(request, limits.Call, new Asked(request, provider, served), quotas: true);
        if (limits.Call.IsEmpty) return null;
        Want(request, limits.Call, provider, served);
        limits.CallsBefore = request.Record.Attempts;
        if (await ReserveAsync(request, limits.Call, isQuota: true).ConfigureAwait(false) is not { } refused) return null;
        Count(request, refused);
        return LimitRefusal.OfQuota(refused, provider);
    }

    /// <summary>Steps 2 and 3 for a request of which only one provider is asked, and whose body is not read.</summary>
    internal async ValueTask<Refusal?> AdmitCallAsync(GatewayRequest request, Provider provider, string? served) =>
        await AdmitAsync(request, provider, served).ConfigureAwait(false) ?? await TakeQuotaAsync(request, provider, served).ConfigureAwait(false);

    /// <summary>A call has ended that another one follows: its quotas are settled to what is known of it.</summary>
    internal ValueTask EndCallAsync(GatewayRequest request)
    {
        var call = request.Limits.Call;
        if (call.IsOpen)
        {
            call.Use(Charge.Of(request.Record, request.Record.Attempts > request.Limits.CallsBefore ? 1 : 0), request.Model);
            var settling = SettleAsync(request, call);
            if (!settling.IsCompletedSuccessfully) return ClearAsync(call, settling);
        }

        call.Clear();
        return default;

        static async ValueTask ClearAsync(HoldPair call, ValueTask settling)
        {
            await settling.ConfigureAwait(false);
            call.Clear();
        }
    }

    /// <summary>Step 4: usage and cost of the record are known.</summary>
    internal ValueTask SettleAsync(GatewayRequest request)
    {
        var ending = EndCallAsync(request);
        return ending.IsCompletedSuccessfully ? SettleWholeAsync(request) : WaitAsync(request, ending);

        async ValueTask WaitAsync(GatewayRequest request, ValueTask ending)
        {
            await ending.ConfigureAwait(false);
            await SettleWholeAsync(request).ConfigureAwait(false);
        }
    }

    private ValueTask SettleWholeAsync(GatewayRequest request)
    {
        var (limits, record) = (request.Limits, request.Record);
        if (!limits.Whole.IsOpen) return default;
        limits.Whole.Use(Charge.Of(record, record.Attempts > 0 ? 1 : 0), request.Model);
        if (record.FailedAttempts is { } attempts) UseFailed(request, attempts);
        return SettleAsync(request, limits.Whole);
    }

    private static void UseFailed(GatewayRequest request, IReadOnlyList<AttemptRecord> attempts)
    {
        foreach (var failed in attempts)
        {
            var used = failed.Usage;
            request.Limits.Whole.Use(Charge.Of(failed, in used, request.Record, request.Model), request.Model);
        }
    }

    private static void Collect(GatewayRequest request, HoldPair holds, in Asked asked, bool quotas)
    {
        Collect(request.Model.Limits.Rules, request, holds, asked, quotas);
        if (request.Client is { Limits.IsEmpty: false } caller) Collect(RuleSet.Of(caller), request, holds, asked, quotas);
    }

    private static void Collect(LimitRule[] rules, GatewayRequest request, HoldPair holds, in Asked asked, bool quotas)
    {
        var isBilled = CostMeter.IsBilled(request.Operation);
        foreach (var rule in rules)
        {
            // What is free is a request and nothing else.
            if (rule.IsQuota != quotas || (!isBilled && rule.Unit != Configuration.LimitUnit.Requests)) continue;
            if (rule.SubjectOf(asked) is { } subject) holds.Add(rule, subject);
        }
    }

    private static void Want(GatewayRequest request, HoldPair holds, Provider? provider, string? served)
    {
        var usage = default(TokenUsage);
        holds.Want(request.Limits.Estimate.Charge(request, provider, served, holds.CountsMoney, ref usage), request.Model);
    }

    private static void Note(GatewayRequest request, HoldPair holds) =>
        request.Record.ReservedTokens = holds.Local.ReservedTokens ?? holds.Shared.ReservedTokens;

    /// <summary>Both stores or neither. Null: reserved.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<RefusedClaim?> ReserveAsync(GatewayRequest request, HoldPair holds, bool isQuota)
    {
        if (Reserve(request, holds.Local, isQuota) is { } local) return local;
        if (await ReserveAsync(request, holds.Shared, stores.Shared, isQuota).ConfigureAwait(false) is not { } shared) return null;
        await SettleAsync(request, holds).ConfigureAwait(false);
        return shared;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<RefusedClaim?> ReserveAsync(GatewayRequest request, Hold hold, ICounterStore store, bool isQuota)
    {
        if (hold.Count == 0) return null;
        if (TooLarge(hold) is { } never) return never;
        var admission = await hold.ReserveAsync(store, ids.Next(), request.Model.Limits.TimeToLive, request.Context.RequestAborted).ConfigureAwait(false);
        return Judge(request, hold, admission, isQuota, time.GetUtcNow());
    }

    /// <summary>The same at the counters in memory.</summary>
    private RefusedClaim? Reserve(GatewayRequest request, Hold hold, bool isQuota)
    {
        if (hold.Count == 0) return null;
        if (TooLarge(hold) is { } never) return never;
        request.Context.RequestAborted.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        return Judge(request, hold, hold.Reserve(stores.Local, ids.Next(), request.Model.Limits.TimeToLive, now), isQuota, now);
    }

    private RefusedClaim? Judge(GatewayRequest request, Hold hold, in Admission admission, bool isQuota, DateTimeOffset now)
    {
        if (admission.IsUncertain) metrics.Uncertain();
        Report(request, hold, admission, isQuota, now);
        return admission.IsAdmitted ? null : new RefusedClaim(hold.Rules[admission.Tightest], hold.Claims[admission.Tightest].Amount, admission.Wait, IsUnknown: admission.Rooms.IsEmpty);
    }

    /// <summary>More than the whole limit: waiting would not help.</summary>
    private static RefusedClaim? TooLarge(Hold hold)
    {
        for (var i = 0; i < hold.Count; i++)
        {
            ref readonly var claim = ref hold.Claims[i];
            if (claim.Amount > claim.Limit && !claim.IsShadow && claim.Pool == 0) return new RefusedClaim(hold.Rules[i], claim.Amount, null);
        }

        return null;
    }

    private void Report(GatewayRequest request, Hold hold, in Admission admission, bool isQuota, DateTimeOffset now)
    {
        var rooms = admission.Rooms.Span;
        for (var i = 0; i < rooms.Length; i++)
        {
            var rule = hold.Rules[i];
            metrics.Seen(rule, rooms[i].Remaining);
            if (rule.Config.Shared && stores.HasShared) stores.Subjects.Note(hold.Claims[i], rooms[i].Remaining);
            if (rule.Config.Shadow && rooms[i].IsExceeded)
            {
                metrics.Rejected(rule);
                request.Record.ShadowLimit ??= rule.Name;
                Log.LimitWouldRefuse(logger, request.Record.RequestId, rule.Name);
            }

            if (!isQuota && !rule.Config.Shadow && rule.Pool == 0) LimitHeaders.Note(request.Limits, rule, rooms[i], now);
        }
    }

    private void Count(GatewayRequest request, in RefusedClaim refused)
    {
        if (refused.IsUnknown) return; // no limit was reached
        metrics.Rejected(refused.Rule);
        request.Record.Limit = refused.Rule.Name;
    }

    /// <summary>The client has its answer by now: a store that fails is the operator's matter, and the reservation ends by its time to live.</summary>
    private ValueTask SettleAsync(GatewayRequest request, HoldPair holds)
    {
        if (holds.Shared.IsOpen) return SettleSharedAsync(request, holds);
        holds.Local.Settle();
        return default;
    }

    private async ValueTask SettleSharedAsync(GatewayRequest request, HoldPair holds)
    {
        try
        {
            await holds.SettleAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            metrics.Uncertain();
            Log.LimitNotSettled(logger, request.Record.RequestId, e);
        }
    }
}
