using Google.Apis.Auth.OAuth2;
using Tollgate.Cloud.Oidc;
using Tollgate.Configuration;

namespace Tollgate.Cloud.Gcp;

/// <summary>The token that is exchanged for Google's, read or asked for each time.</summary>
internal sealed class SubjectTokens(WorkloadIdentityConfig config, CloudOptions options) : ProgrammaticExternalAccountCredential.ISubjectTokenProvider
{
    public async Task<string> GetSubjectTokenAsync(ProgrammaticExternalAccountCredential caller, CancellationToken taskCancellationToken) => config.TokenFile is { } file
        ? await TokenFile.ReadAsync(file, taskCancellationToken).ConfigureAwait(false)
        : (await new OidcTokens(config.Oidc!, options).FetchAsync(taskCancellationToken).ConfigureAwait(false)).Value;
}
