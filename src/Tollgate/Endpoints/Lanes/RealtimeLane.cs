using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Envelopes;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;
using Tollgate.Upstreams;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// Realtime: the WebSocket handshake goes to the provider of the model in the query, then bytes flow both ways untouched until
/// either side closes.
/// </summary>
internal sealed class RealtimeLane(RouteWithRoom router, Attempts attempts)
{
    private const int BufferSize = 16 * 1024;

    // Browsers cannot set headers, so OpenAI lets them put the key among the subprotocols.
    private const string KeyProtocol = "openai-insecure-api-key.";

    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request)
    {
        var context = request.Context;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade?.IsUpgradableRequest != true || !string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(GatewayErrorKinds.InvalidRequest, "realtime is a WebSocket: connect with 'connection: upgrade' and 'upgrade: websocket' over HTTP/1.1");
        }

        var (backend, refusal) = await router.RouteAsync(request, context.Request.Query["model"]).ConfigureAwait(false);
        if (backend is null) return refusal;
        request.Record.ServedModel = backend.Model ?? request.AskedModel;
        request.Record.Provider = backend.Provider.Name;
        request.Record.ProviderMetricName = backend.Provider.Kind.MetricName;
        var plan = new TransferPlan(backend.Provider, Target(request, backend), HttpMethod.Get, null, default, null) { Backend = backend };
        return await attempts.RunAsync(request, plan, p => ConnectAsync(request, p, upgrade)).ConfigureAwait(false);
    }

    private static async ValueTask<AttemptOutcome> ConnectAsync(GatewayRequest request, TransferPlan plan, IHttpUpgradeFeature upgrade)
    {
        var message = new UpstreamRequest(plan.Method, plan.Target);
        request.Trace?.BeginAttempt(request, plan);
        RequestHeaders.Copy(request, message, plan);
        Handshake(message);
        request.Record.Attempts++;
        request.Clock.Start(plan.Timeouts);
        try
        {
            if (await Signing.ApplyAsync(request, message, plan).ConfigureAwait(false) is { } unsigned) return unsigned;
            request.Clock.Enter(WaitPhase.Headers, stream: true);
            using var response = await plan.Transport.SendAsync(message, request.Clock.Token).ConfigureAwait(false);
            request.Clock.Pause();
            request.Record.ProviderStatus = response.Status;
            if (response.Status != StatusCodes.Status101SwitchingProtocols)
            {
                return await ErrorRelay.RelayAsync(request, response, plan).ConfigureAwait(false);
            }

            await RelayAsync(request, response, plan, upgrade).ConfigureAwait(false);
            return AttemptOutcome.Done;
        }
        catch (Exception e) when (Upstream.IsFailure(e))
        {
            return Upstream.Classify(e, request, plan.Provider);
        }
    }

    private static Uri Target(GatewayRequest request, Backend backend)
    {
        var model = Uri.EscapeDataString(backend.Model ?? request.AskedModel);
        var others = QueryFilter.Clean(request.Context.Request.QueryString.Value).TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !QueryFilter.NameOf(p).Equals("model", StringComparison.OrdinalIgnoreCase));
        return backend.Provider.Envelope.ForwardTarget(request.Operation, "", "?" + string.Join('&', others.Prepend("model=" + model)));
    }

    private static void Handshake(UpstreamRequest message)
    {
        message.Headers.Add("Connection", "Upgrade");
        message.Headers.Add("Upgrade", "websocket");
        if (message.Headers.Find("Sec-WebSocket-Protocol") is not { } offered) return;
        var kept = offered.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !p.StartsWith(KeyProtocol, StringComparison.Ordinal) && !p.StartsWith("openai-organization.", StringComparison.Ordinal) && !p.StartsWith("openai-project.", StringComparison.Ordinal))
            .ToArray();
        message.Headers.Remove("Sec-WebSocket-Protocol");
        if (kept.Length > 0) message.Headers.Add("Sec-WebSocket-Protocol", string.Join(", ", kept));
    }

    private static async Task RelayAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan, IHttpUpgradeFeature upgrade)
    {
        ResponseHeaders.Copy(request, response, plan.Provider.Name);
        request.Context.Response.StatusCode = request.Record.Status = StatusCodes.Status101SwitchingProtocols;
        request.Context.Response.Headers.Upgrade = "websocket"; // hop by hop, so the provider's own stayed behind; clients insist on it
        request.Record.Stream = true;

        // The provider's is about its own connection and was left behind; without this one clients take the 101 for a failure.
        request.Context.Response.Headers.Upgrade = "websocket";
        var provider = response.Body;
        var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (provider.ConfigureAwait(false))
        await using (client.ConfigureAwait(false))
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(request.Context.RequestAborted);
            var up = CopyAsync(client, provider, bytes => request.Record.BytesIn += bytes, either);
            var down = CopyAsync(provider, client, bytes => request.Record.BytesOut += bytes, either);
            await Task.WhenAll(up, down).ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, Action<int> count, CancellationTokenSource either)
    {
        var buffer = new byte[BufferSize];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, either.Token).ConfigureAwait(false)) > 0)
            {
                count(read);
                await to.WriteAsync(buffer.AsMemory(0, read), either.Token).ConfigureAwait(false);
                await to.FlushAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is told below.
        }
        finally
        {
            // One side has closed: a WebSocket that is half open is of no use to either.
            await either.CancelAsync().ConfigureAwait(false);
        }
    }
}
