using Amazon.Runtime.CredentialManagement;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Aws;

/// <summary>Profiles of the shared files: keys, roles with a source profile, single sign-on, processes. Read anew each time, because they are changed in place.</summary>
internal static class ProfileKeys
{
    private const string DefaultProfile = "default";

    /// <summary>The keys of a profile.</summary>
    /// <param name="profile">Its name; null: <c>AWS_PROFILE</c>, else <c>default</c>.</param>
    /// <param name="file">The credentials file; null: the SDKs' own files.</param>
    /// <exception cref="IdentityException">There is no such profile, or it has no keys.</exception>
    internal static async ValueTask<FoundKeys> FindAsync(string? profile, string? file)
    {
        profile ??= file is null ? NameInEnvironment ?? DefaultProfile : DefaultProfile;
        var chain = Chain(file);
        if (!chain.TryGetProfile(profile, out var found)) throw new IdentityException($"there is no AWS profile '{profile}' in {file ?? "the shared files"}");
        if (!AWSCredentialsFactory.TryGetAWSCredentials(found, chain, out var credentials)) throw new IdentityException($"the AWS profile '{profile}' holds no keys and names no role");

        return await FoundKeys.OfAsync(credentials).ConfigureAwait(false);
    }

    /// <summary>Null when there is no default profile and none is named.</summary>
    internal static async ValueTask<FoundKeys?> TryFindDefaultAsync() =>
        NameInEnvironment is not null || Chain(file: null).TryGetProfile(DefaultProfile, out _)
            ? await FindAsync(profile: null, file: null).ConfigureAwait(false)
            : null;

    // The SDK looks at the variable once in the life of a process.
    private static CredentialProfileStoreChain Chain(string? file) => new(file ?? Environment.GetEnvironmentVariable(SharedCredentialsFile.SharedCredentialsFileEnvVar));

    private static string? NameInEnvironment => Environment.GetEnvironmentVariable("AWS_PROFILE") is { Length: > 0 } name ? name : null;
}
