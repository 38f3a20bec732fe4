using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>A credential of the caller's own, carried in request headers that the operator has named, in place of the configured one.</summary>
internal abstract class CallerCredential
{
    /// <summary>Names of the headers. They never go out, to no provider.</summary>
    internal abstract IReadOnlyList<string> Headers { get; }

    /// <summary>True when the request brings it, whole or in part.</summary>
    internal bool IsIn(UpstreamRequest message)
    {
        foreach (var header in Headers)
        {
            if (message.Headers.Contains(header)) return true;
        }

        return false;
    }

    /// <summary>Puts it where the provider looks for it. Called with the carrying headers still there.</summary>
    /// <exception cref="CallerCredentialException">A part of it is missing.</exception>
    internal abstract Action<UpstreamRequest, ReadOnlyMemory<byte>> Read(UpstreamRequest message);

    /// <summary>The provider's, or null when the operator allows none.</summary>
    internal static CallerCredential? Of(ProviderConfig config, ProviderKind kind, TimeProvider time) => config.CredentialOverride is not { } allowed ? null : kind.Credential switch
    {
        CredentialForm.AwsSigV4 => new CallerAwsKeys(allowed.Header ?? "x-aigw-aws-", config.Region!, time),
        CredentialForm.XApiKey => new CallerKey(allowed.Header ?? "x-aigw-anthropic-api-key", "x-api-key", ""),
        CredentialForm.ApiKey when config.Azure is null => new CallerKey(allowed.Header ?? "x-aigw-azure-api-key", "api-key", ""),
        CredentialForm.ApiKey => new CallerKey(allowed.Header ?? "x-aigw-azure-access-token", "Authorization", "Bearer "),
        CredentialForm.Google => new CallerKey(allowed.Header ?? "x-aigw-gcp-access-token", "Authorization", "Bearer "),
        _ => new CallerKey(allowed.Header ?? "x-aigw-api-key", "Authorization", "Bearer "),
    };

    /// <summary>The first value of a header without blanks around it; null when there is none.</summary>
    protected static string? Value(UpstreamRequest message, string header) =>
        message.Headers.Find(header)?.Trim() is { Length: > 0 } value ? value : null;
}

/// <summary>What the caller brought cannot be used, or it brought nothing where it must.</summary>
/// <param name="message">What to send. Holds no value of a header.</param>
internal sealed class CallerCredentialException(string message) : Exception(message);
