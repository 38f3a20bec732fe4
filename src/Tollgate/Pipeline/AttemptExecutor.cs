using System.Runtime.CompilerServices;
using Tollgate.Pipeline.Fetching;
using Tollgate.Pipeline.Translation;
using Tollgate.Reuse;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>Carries out one attempt.</summary>
/// <remarks>
/// <code>
///   addresses in the body ──► :: 0 fetch ─┐   (rare)
///   client ── headers, body ──► :: 1 message ──► :: 2 sign ──► :: 3 send ──► provider
///   client ◄── :: 4 relay (or the provider's error, in the client's dialect) ◄── provider
/// </code>
/// </remarks>
internal sealed class AttemptExecutor(ResponseRelay relay, FetchStep fetch)
{
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> ExecuteAsync(GatewayRequest request, TransferPlan plan)
    {
        var record = request.Record;

        // :: Step 0: what the provider wants inline and the client has only named.
        if (plan.Pending is not null)
        {
            (plan, var unfetched) = await fetch.CompleteAsync(request, plan).ConfigureAwait(false);
            if (unfetched is { } failed) return failed;
        }

        if (plan.Exchange is not { Calls.Count: 0 }) record.Attempts++;
        record.Provider = plan.Provider.Name;
        record.ProviderMetricName = plan.Provider.Kind.MetricName;

        // :: Step 1: the message.
        StartClock(request, plan);
        if (plan.Exchange is not null) return await new ExchangeRunner(request, plan).RunAsync().ConfigureAwait(false);
        var message = request.Message;
        Fill(message, request, plan);
        request.Sending = plan.Content as BufferContent;

        // :: Step 2: the credential, last, because a signature covers the rest.
        if (await Signing.ApplyAsync(request, message, plan).ConfigureAwait(false) is { } unsigned) return unsigned;

        // :: Step 3: out.
        UpstreamResponse response;
        try
        {
            request.Clock.Enter(WaitPhase.Headers, request.WantsStream);
            response = await plan.Transport.SendAsync(message, request.Clock.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Upstream.IsFailure(e))
        {
            return Upstream.Classify(e, request, plan.Provider);
        }

        // :: Step 4: back.
        if (response.Status >= 400) request.AskedRest = RetryAfter.Of(response, request.Time.GetUtcNow());
        var held = false;
        try
        {
            var outcome = await AnswerAsync(request, response, plan).ConfigureAwait(false);
            held = outcome.Held is not null;
            return outcome;
        }
        finally
        {
            if (!held) response.Dispose();
        }
    }

    /// <summary>A deadline that the operator wrote ends attempts that run; the usual one only keeps others from beginning.</summary>
    private static void StartClock(GatewayRequest request, TransferPlan plan)
    {
        var deadline = plan.Continues is null ? plan.Backend?.Policy.Retry.Deadline : null;
        if (deadline is { } limit) request.Clock.Start(plan.Timeouts, limit, limit - request.Elapsed);
        else request.Clock.Start(plan.Timeouts);
    }

    private ValueTask<AttemptOutcome> AnswerAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan)
    {
        var status = response.Status;
        if (status == plan.PassOver) return new(AttemptOutcome.PassedOver);

        // Whose own key is refused is told so: another attempt would be at the operator's cost.
        var isCallersFault = request.Record.CallersCredential && status is (401 or 402 or 403);
        if (status < 400 || isCallersFault || !plan.HoldsErrors) return relay.RelayAsync(request, response, plan);
        request.Record.ProviderStatus = status;
        request.Record.ProviderHeaders = request.Elapsed;
        return ErrorRelay.HoldAsync(request, response, plan);
    }

    /// <summary>All but the credential.</summary>
    internal static void Fill(UpstreamRequest message, GatewayRequest request, TransferPlan plan)
    {
        message.Begin(plan.Method, plan.Target, plan.Content);
        RequestHeaders.Copy(request, message, plan);
    }
}
