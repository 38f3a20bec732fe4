using System.Runtime.CompilerServices;
using Tollgate.Credentials;
using Tollgate.Protocols.Errors;

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
        request.Clock.Start(plan.Timeouts);

        // :: Step 2: the credential, last, because a signature covers the rest.
        if (await SignAsync(request, message, plan).ConfigureAwait(false) is { } unsigned) return unsigned;

        // :: Step 3: out.
        HttpResponseMessage response;
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
        if ((int)response.StatusCode >= 400) request.AskedRest = RetryAfter.Of(response, request.Time.GetUtcNow());
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

    private ValueTask<AttemptOutcome> AnswerAsync(GatewayRequest request, HttpResponseMessage response, in TransferPlan plan)
    {
        var status = (int)response.StatusCode;
        if (status == plan.PassOver) return new(AttemptOutcome.PassedOver);
        if (status < 400 || !plan.HoldsErrors) return relay.RelayAsync(request, response, plan);
        request.Record.ProviderStatus = status;
        request.Record.ProviderHeaders = request.Elapsed;
        return ErrorRelay.HoldAsync(request, response, plan);
    }

    private static async ValueTask<AttemptOutcome?> SignAsync(GatewayRequest request, HttpRequestMessage message, TransferPlan plan)
    {
        try
        {
            await plan.Credential.ApplyAsync(message, plan.Body, request.Clock.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return AttemptOutcome.Provider(GatewayErrorKinds.ProviderCredentials, $"the credential of provider '{plan.Provider.Name}' cannot be read: check its key or token file");
        }
    }
}
