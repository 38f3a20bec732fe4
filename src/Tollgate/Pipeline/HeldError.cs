namespace Tollgate.Pipeline;

/// <summary>A provider's error that has not gone to the client, because another attempt may do better.</summary>
internal sealed class HeldError(HttpResponseMessage response, TransferPlan plan, byte[] body) : IDisposable
{
    /// <summary>How long the provider asks to be left alone; null when it does not say.</summary>
    internal TimeSpan? RetryAfter(DateTimeOffset now) => Pipeline.RetryAfter.Of(response, now);

    /// <summary>Passes it on after all.</summary>
    internal ValueTask WriteAsync(GatewayRequest request) => ErrorRelay.WriteAsync(request, response, plan, body);

    public void Dispose() => response.Dispose();
}
