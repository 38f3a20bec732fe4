using System.Text;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Gcp;

/// <summary>The SDK's credential for what the configuration says.</summary>
internal static class GcpCredentials
{
    private const string TokenUrl = "https://sts.googleapis.com/v1/token";
    private const string JwtType = "urn:ietf:params:oauth:token-type:jwt";

    private static readonly string[] Types =
    [
        JsonCredentialParameters.ServiceAccountCredentialType,
        JsonCredentialParameters.ExternalAccountCredentialType,
        JsonCredentialParameters.AuthorizedUserCredentialType,
        JsonCredentialParameters.ImpersonatedServiceAccountCredentialType,
    ];

    internal static async ValueTask<GoogleCredential> OpenAsync(GcpConfig config, CloudOptions options, IdentityHttpClients caller, CancellationToken cancellationToken)
    {
        if (config.CredentialsFile is { } file) return Parse(await ReadAsync(file, cancellationToken).ConfigureAwait(false), file);
        if (config.Credentials is { } json) return Parse(json.Reveal(), "gcp.credentials");
        if (config.WorkloadIdentity is { } federation) return Federated(federation, options, caller);
        if (!config.Metadata && DefaultFile() is { } known) return Parse(await ReadAsync(known, cancellationToken).ConfigureAwait(false), known);

        return GoogleCredential.FromComputeCredential(new ComputeCredential(new ComputeCredential.Initializer { HttpClientFactory = caller }));
    }

    /// <summary>
    /// Application Default Credentials (<see href="https://cloud.google.com/docs/authentication/application-default-credentials"/>): the
    /// variable, then gcloud's file, then the machine. The SDK's own search keeps its first result, good or bad, for the life of the process.
    /// </summary>
    private static string? DefaultFile()
    {
        if (Variable("GOOGLE_APPLICATION_CREDENTIALS") is { } named) return named;

        var folder = Variable("CLOUDSDK_CONFIG") ?? Path.Combine(Variable("HOME") ?? "", ".config", "gcloud");
        var known = Path.Combine(folder, "application_default_credentials.json");
        return File.Exists(known) ? known : null;
    }

    private static GoogleCredential Federated(WorkloadIdentityConfig config, CloudOptions options, IdentityHttpClients caller)
    {
        var audience = $"//iam.googleapis.com/projects/{config.ProjectNumber}/locations/global/workloadIdentityPools/{config.Pool}/providers/{config.Provider}";
        return GoogleCredential.FromProgrammaticExternalAccountCredential(new ProgrammaticExternalAccountCredential(
            new ProgrammaticExternalAccountCredential.Initializer(TokenUrl, audience, JwtType, new SubjectTokens(config, options)) { HttpClientFactory = caller }));
    }

    private static GoogleCredential Parse(string json, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("type").GetString() is { } type && Types.Contains(type)) return CredentialFactory.FromJson(json, type);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException or Newtonsoft.Json.JsonException)
        {
            // What the parser says may quote the key: it stays out of the message, and the exception with it.
        }

        throw new IdentityException($"{place} is not a Google credentials file: it must be the JSON of a service account, an external account, an authorised user or an impersonation");
    }

    private static async ValueTask<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, Encoding.UTF8, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"the credentials file {file} cannot be read", e);
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
