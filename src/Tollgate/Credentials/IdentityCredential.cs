using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>Calls with an identity that is renewed in the background. Waits only while there is none that is still good.</summary>
/// <param name="renewal">Where the identity comes from.</param>
/// <param name="region">Region to sign for; null for bearer tokens.</param>
/// <param name="patience">Longest wait for the first identity.</param>
/// <param name="time">The clock.</param>
internal sealed class IdentityCredential(Renewal renewal, string? region, TimeSpan patience, TimeProvider time) : ProviderCredential
{
    internal override ValueTask ApplyAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (renewal.At(now) is not { } identity) return WaitAsync(request, body, cancellationToken);
        identity.Apply(request, body.Span, region, now);
        return default;
    }

    private async ValueTask WaitAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var identity = await renewal.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        identity.Apply(request, body.Span, region, time.GetUtcNow());
    }
}
