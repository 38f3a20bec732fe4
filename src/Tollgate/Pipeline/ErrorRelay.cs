using System.Buffers;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>
/// Passes on a provider's error: as it is when it is JSON in the client's dialect, else wrapped in it with the provider's status.
/// </summary>
internal static class ErrorRelay
{
    private const int Largest = 256 * 1024;

    /// <summary>Keeps the error for whoever decides whether another attempt may do better.</summary>
    internal static async ValueTask<AttemptOutcome> HoldAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Largest);
        try
        {
            var length = 0;
            try
            {
                length = await ReadAsync(request, response, buffer).ConfigureAwait(false);
            }
            catch (Exception e) when (Upstream.IsFailure(e))
            {
                if (request.Clock.ClientLeft) return AttemptOutcome.ClientLeft; // else the status alone says enough
            }

            var body = buffer.AsSpan(0, length);
            return new AttemptOutcome(null, null, Culprit.Provider) { Class = Failures.Of(response, body), Held = new HeldError(response, plan, body.ToArray()) };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan)
    {
        var body = ArrayPool<byte>.Shared.Rent(Largest);
        try
        {
            int length;
            try
            {
                length = await ReadAsync(request, response, body).ConfigureAwait(false);
            }
            catch (Exception e) when (Upstream.IsFailure(e))
            {
                var outcome = Upstream.Classify(e, request, plan.Provider);
                if (outcome.Culprit == Culprit.Client) return outcome;
                length = 0; // the status alone says enough
            }

            if (!request.Claim()) return AttemptOutcome.Outrun;
            await WriteAsync(request, response, plan, body.AsMemory(0, length)).ConfigureAwait(false);
            return AttemptOutcome.Done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static async ValueTask<int> ReadAsync(GatewayRequest request, UpstreamResponse response, byte[] buffer)
    {
        var stream = Upstream.Decode(response, out _);
        await using (stream.ConfigureAwait(false))
        {
            request.Clock.Enter(WaitPhase.Idle, stream: false);
            return await stream.ReadAtLeastAsync(buffer, Largest, throwOnEndOfStream: false, request.Clock.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The key that was refused is the gateway's, not the caller's: a 401 would send the caller looking in the wrong place.</summary>
    internal static Refusal KeyRefused(string provider, int status) => new(
        GatewayErrorKinds.CredentialsExhausted,
        $"provider '{provider}' refuses the gateway's credential{(status >= 400 ? $" ({status})" : "")}, and nobody else can be asked: the operator must check its key and account");

    internal static async ValueTask WriteAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan, ReadOnlyMemory<byte> body)
    {
        if (IsForModels(request.Operation) && !request.Record.CallersCredential && response.Status is 401 or 402 or 403 && Failures.Of(response, body.Span) == FailureClass.Credential)
        {
            await ErrorWriter.WriteAsync(request, KeyRefused(plan.Provider.Name, response.Status)).ConfigureAwait(false);
            return;
        }

        ResponseHeaders.Copy(request, response, plan.Provider.Name);
        request.Record.ErrorCode = "provider_error";
        var status = response.Status;
        if (status < 400)
        {
            // Redirects are not followed: the operator chose the host.
            request.Context.Response.Headers.Remove("location");
            await ErrorWriter.WriteAsync(request, new Refusal(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' answered {status}, a redirect: mend its url")).ConfigureAwait(false);
        }
        else if (!plan.IsTranslated && IsJson(response) && ErrorBody.IsInDialect(request.Family, body.Span))
        {
            request.Capture(body.Span);
            await ErrorWriter.WriteAsync(request.Context, request.Family, status, body, request.Record, request.Context.Response.ContentType ?? "application/json").ConfigureAwait(false);
        }
        else
        {
            var wrapped = new ArrayBufferWriter<byte>(512);
            ErrorBody.WriteWrapped(wrapped, request.Family, status, body.Span, response.Headers.Find("content-type"), request.Record.RequestId);
            await ErrorWriter.WriteAsync(request.Context, request.Family, status, wrapped.WrittenMemory, request.Record).ConfigureAwait(false);
        }
    }

    /// <summary>Forwarded operations are about the account itself: what the provider says of rights there is what the caller must know.</summary>
    private static bool IsForModels(Operation operation) => operation.Body != BodyKind.Opaque || operation == Operations.Realtime;

    private static bool IsJson(UpstreamResponse response) =>
        response.MediaType.Contains("json", StringComparison.OrdinalIgnoreCase);
}
