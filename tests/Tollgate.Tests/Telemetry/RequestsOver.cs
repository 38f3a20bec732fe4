using Microsoft.Extensions.DependencyInjection;
using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry;

/// <summary>When nothing of the requests so far is still to come.</summary>
internal static class RequestsOver
{
    /// <summary>
    /// Waits until no request is under way. A client has its answer, and the access log its line, before the request is counted, its span has ended and
    /// its backend is told: who reads any of these then would now and then read too early.
    /// </summary>
    public static async Task UntilAtRestAsync(this TestGateway gateway)
    {
        var metrics = gateway.Host.Services.GetRequiredService<GatewayMetrics>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (metrics.ActiveRequests > 0) await Task.Delay(5, limit.Token);
    }
}
