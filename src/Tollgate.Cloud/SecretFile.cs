using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud;

/// <summary>Reads a secret for an identity service.</summary>
internal static class SecretFile
{
    /// <exception cref="IdentityException">Its file cannot be read.</exception>
    internal static async ValueTask<string> RevealAsync(this SecretSource secret, CancellationToken cancellationToken)
    {
        try
        {
            return await secret.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"the secret's file {secret.File} cannot be read", e);
        }
    }
}
