using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>
/// The caller's own credential where there is one, else the configured one. Every provider of a configuration in which one is overridable
/// has this, because the headers that carry a credential to one provider must not reach another.
/// </summary>
/// <param name="configured">The operator's.</param>
/// <param name="own">What the caller may bring; null: nothing to this provider.</param>
/// <param name="mayFallBack">False: without one of its own the caller is refused.</param>
/// <param name="carriers">Headers that carry credentials, to whichever provider.</param>
internal sealed class OverridableCredential(ProviderCredential configured, CallerCredential? own, bool mayFallBack, string[] carriers) : ProviderCredential
{
    /// <summary>True when the request is sent with the caller's credential: what the provider says of it says nothing of the operator's.</summary>
    internal bool IsOverridden(UpstreamRequest message) => own is not null && (!mayFallBack || own.IsIn(message));

    internal override ValueTask ApplyAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var apply = IsOverridden(request) ? own!.Read(request) : null;
        foreach (var carrier in carriers) request.Headers.Remove(carrier);
        if (apply is null) return configured.ApplyAsync(request, body, cancellationToken);

        apply(request, body);
        return default;
    }
}
