using Amazon.Runtime;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Aws;

/// <summary>Keys, and until when they are good.</summary>
/// <param name="Keys">The keys as the SDK holds them.</param>
/// <param name="Expires">Null: they do not say.</param>
internal sealed record FoundKeys(ImmutableCredentials Keys, DateTimeOffset? Expires)
{
    internal AwsIdentity ToIdentity() => new(Keys.AccessKey, Keys.SecretKey, Keys.UseToken ? Keys.Token : null, Expires);

    /// <summary>Asks a provider of the SDK, which renews by itself: what it says of the expiry is read after it was asked.</summary>
    internal static async ValueTask<FoundKeys> OfAsync(AWSCredentials credentials)
    {
        var keys = await credentials.GetCredentialsAsync().ConfigureAwait(false);
        return new FoundKeys(keys, credentials.Expiration is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null);
    }
}
