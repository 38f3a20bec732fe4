using Azure.Core;
using Azure.Identity;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Azure;

/// <summary>A token of Entra ID (<see href="https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow"/>).</summary>
internal sealed class AzureSource(AzureConfig config, CloudOptions options) : IdentitySource
{
    private const string Code = "AADSTS";
    private const string DefaultScope = "https://cognitiveservices.azure.com/.default";

    public override object Settings => config;

    public override string Mend => config switch
    {
        { ClientSecret: not null } => "check azure.tenantId, azure.clientId and azure.clientSecret",
        { CertificateFile: not null } => "check azure.certificateFile, and that the application knows the certificate",
        { TokenFile: not null } or { Oidc: not null } => "check the application's federated credential: issuer, subject and audience",
        { ManagedIdentity: true } => "give the machine an identity, or write azure.clientId for a user-assigned one",
        _ => "write azure: { tenantId: …, clientId: …, clientSecret: … }, azure: { managedIdentity: true } or key:",
    };

    public override async ValueTask<Identity> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A new one each time: the SDK keeps tokens until shortly before their end, and would give the old one again.
            var credential = await AzureCredentials.CreateAsync(config, options, cancellationToken).ConfigureAwait(false);
            var token = await credential.GetTokenAsync(new TokenRequestContext([config.Scope ?? DefaultScope]), cancellationToken).ConfigureAwait(false);
            return new BearerIdentity(token.Token, token.ExpiresOn);
        }
        catch (AuthenticationFailedException e)
        {
            throw new IdentityException(Sentence($"{e.Message}\n{e.InnerException?.Message}"), e);
        }
    }

    // Entra ID's code and sentence stand in one line, behind advice and before traces.
    private static string Sentence(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.Contains(Code, StringComparison.Ordinal)) is { } line
            ? line[line.IndexOf(Code, StringComparison.Ordinal)..]
            : string.Join(' ', lines.Take(2));
    }
}
