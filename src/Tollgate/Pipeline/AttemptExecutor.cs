using System.Runtime.CompilerServices;

namespace Tollgate.Pipeline;

/// <summary>Carries out one attempt.</summary>
/// <remarks>
/// <code>
///   client ── headers, body ──► :: 1 message ──► :: 2 sign ──► :: 3 send ──► provider
///   client ◄── :: 4 relay (or the provider's error, in the client's dialect) ◄── provider
/// </code>
/// </remarks>
internal sealed class AttemptExecutor(ResponseRelay relay)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> ExecuteAsync(GatewayRequest request, TransferPlan plan)
    {
        var record = request.Record;
        record.Attempts++;
        record.Provider = plan.Provider.Name;
        record.ProviderMetricName = plan.Provider.Kind.MetricName;

        // :: Step 1: the message. Disposing it would dispose the content, whose memory is this request's.
        var message = new HttpRequestMessage(plan.Method, plan.Target) { Content = plan.Content };
        request.Sending = plan.Content as BufferContent;
        RequestHeaders.Copy(request, message, plan);
        request.Clock.Start(plan.Provider.Timeouts);

        // :: Step 2: the credential, last, because a signature covers the rest.
        if (await Signing.ApplyAsync(request, message, plan).ConfigureAwait(false) is { } unsigned) return unsigned;

        // :: Step 3: out.
        HttpResponseMessage response;
        try
        {
            request.Clock.Enter(WaitPhase.Headers, request.WantsStream);
            response = await plan.Provider.Transport.SendAsync(message, request.Clock.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Upstream.IsFailure(e))
        {
            return Upstream.Classify(e, request, plan.Provider);
        }

        // :: Step 4: back.
        if (plan.MayRetry && (int)response.StatusCode >= 400 && Failures.Of(response) is var failure and not FailureClass.Final)
        {
            record.ProviderStatus = (int)response.StatusCode;
            return await ErrorRelay.HoldAsync(request, response, plan, failure).ConfigureAwait(false);
        }

        using (response)
        {
            if ((int)response.StatusCode == plan.PassOver) return AttemptOutcome.PassedOver;
            return await relay.RelayAsync(request, response, plan).ConfigureAwait(false);
        }
    }
}
