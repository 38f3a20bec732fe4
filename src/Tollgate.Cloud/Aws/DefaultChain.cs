using Amazon.Runtime;
using Amazon.Util;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Aws;

/// <summary>
/// Where AWS's SDKs look when no credential is named, in their order
/// (<see href="https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"/>). The SDK's own chain keeps what it
/// found for the life of the process; here every renewal looks again.
/// </summary>
internal sealed class DefaultChain(StsSessions sts)
{
    /// <exception cref="IdentityException">Nothing was found anywhere.</exception>
    internal async ValueTask<FoundKeys> FindAsync(CancellationToken cancellationToken)
    {
        if (Variable("AWS_ACCESS_KEY_ID") is { } id && Variable("AWS_SECRET_ACCESS_KEY") is { } secret)
        {
            return new FoundKeys(new ImmutableCredentials(id, secret, Variable("AWS_SESSION_TOKEN")), Expires: null);
        }

        // IRSA
        if (Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file && Variable("AWS_ROLE_ARN") is { } role)
        {
            return await sts.KeysOfTokenFileAsync(role, file, Variable("AWS_ROLE_SESSION_NAME"), cancellationToken).ConfigureAwait(false);
        }

        if (await ProfileKeys.TryFindDefaultAsync().ConfigureAwait(false) is { } profile) return profile;
        return await MachineAsync().ConfigureAwait(false);
    }

    // ECS tells a path, EKS pod identity a whole URL with a token; else the instance's role (IMDSv2).
    private static async ValueTask<FoundKeys> MachineAsync()
    {
        var inContainer = Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is not null || Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not null;
        if (!inContainer && !EC2InstanceMetadata.IsIMDSEnabled) throw Nothing(inner: null);
        try
        {
            using URIBasedRefreshingCredentialHelper machine = inContainer ? new GenericContainerCredentials() : new InstanceProfileAWSCredentials();
            return await FoundKeys.OfAsync(machine).ConfigureAwait(false);
        }
        catch (Exception e) when (!inContainer && e is not OutOfMemoryException)
        {
            throw Nothing(e);
        }
    }

    private static IdentityException Nothing(Exception? inner) => new(
        "no AWS credential was found: not in AWS_ACCESS_KEY_ID, not in AWS_WEB_IDENTITY_TOKEN_FILE, not in a default profile, and neither container nor instance have a role", inner);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
