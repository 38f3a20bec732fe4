using Tollgate.Pipeline;
using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>Tells a provider who calls. Applied last, when the request is otherwise final, because a signature covers it.</summary>
internal abstract class ProviderCredential
{
    /// <summary>Adds what the provider wants to the request's headers.</summary>
    internal abstract ValueTask ApplyAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>For providers that want none.</summary>
    internal static ProviderCredential None { get; } = new NoCredential();

    private sealed class NoCredential : ProviderCredential
    {
        internal override ValueTask ApplyAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => default;
    }
}

/// <summary>A key or token in one header, such as <c>Authorization: Bearer …</c> or <c>x-api-key: …</c>.</summary>
internal sealed class HeaderCredential(string header, string prefix, SecretReader secret) : ProviderCredential
{
    private sealed record Rendered(string Secret, string Value);

    private Rendered? _rendered;

    internal override ValueTask ApplyAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // The header's text is made once for each secret, not for each request.
        var value = secret.Read();
        var rendered = _rendered;
        if (rendered is null || !ReferenceEquals(rendered.Secret, value)) _rendered = rendered = new Rendered(value, prefix + value);
        request.Headers.Add(header, rendered.Value);
        return default;
    }
}
