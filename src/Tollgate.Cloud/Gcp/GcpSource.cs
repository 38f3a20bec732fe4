using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Gcp;

/// <summary>An access token for Google Cloud (<see href="https://cloud.google.com/docs/authentication/token-types#access"/>).</summary>
internal sealed class GcpSource(GcpConfig config, CloudOptions options) : IdentitySource
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    public override object Settings => config;

    public override string Mend => config switch
    {
        { CredentialsFile: not null } => "check gcp.credentialsFile",
        { Credentials: not null } => "check gcp.credentials",
        { WorkloadIdentity: not null } => "check gcp.workloadIdentity, what the pool's provider accepts, and the token",
        { Metadata: true } => "give the machine a service account with access to Vertex AI",
        _ => "write gcp: { credentialsFile: PATH }, set GOOGLE_APPLICATION_CREDENTIALS, or give the machine a service account",
    };

    public override async ValueTask<Identity> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A new one each time: the SDK keeps tokens until shortly before their end, and would give the old one again.
            var caller = new IdentityHttpClients(options);
            var credential = (await GcpCredentials.OpenAsync(config, options, caller, cancellationToken).ConfigureAwait(false)).CreateScoped(Scope).CreateWithHttpClientFactory(caller);
            if (config.ServiceAccount is { } account)
            {
                credential = credential.Impersonate(new ImpersonatedCredential.Initializer(account) { Scopes = [Scope], HttpClientFactory = caller });
            }

            return await TokenAsync(credential, cancellationToken).ConfigureAwait(false);
        }
        catch (TokenResponseException e)
        {
            throw new IdentityException($"Google answered {(int?)e.StatusCode} {e.Error?.Error}: {e.Error?.ErrorDescription}", e);
        }
        catch (GoogleApiException e)
        {
            throw new IdentityException($"Google answered {(int)e.HttpStatusCode}: {e.Error?.Message}", e);
        }
        catch (HttpRequestException e)
        {
            throw new IdentityException($"Google's identity service cannot be reached: {e.HttpRequestError}", e);
        }
    }

    private static async ValueTask<Identity> TokenAsync(GoogleCredential credential, CancellationToken cancellationToken)
    {
        var value = await credential.UnderlyingCredential.GetAccessTokenForRequestAsync(authUri: null, cancellationToken).ConfigureAwait(false);
        var token = credential.UnderlyingCredential switch
        {
            ServiceCredential service => service.Token,
            UserCredential user => user.Token,
            _ => null,
        };
        return new BearerIdentity(value, Expiry(token));
    }

    private static DateTimeOffset? Expiry(TokenResponse? token) =>
        token?.ExpiresInSeconds is { } seconds ? new DateTimeOffset(DateTime.SpecifyKind(token.IssuedUtc, DateTimeKind.Utc)).AddSeconds(seconds) : null;
}
