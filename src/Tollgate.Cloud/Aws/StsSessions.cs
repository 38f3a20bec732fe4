using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Aws;

/// <summary>Keys for a while, from STS (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html"/>).</summary>
internal sealed class StsSessions(AwsConfig config, string? region)
{
    private const string SessionName = "tollgate";

    /// <summary>A role's keys for those of somebody who may assume it.</summary>
    internal async ValueTask<AwsIdentity> OfRoleAsync(string role, ImmutableCredentials keys, CancellationToken cancellationToken)
    {
        using var client = new AmazonSecurityTokenServiceClient(Credentials(keys), Settings());
        var answer = await client.AssumeRoleAsync(new AssumeRoleRequest
        {
            RoleArn = role,
            RoleSessionName = config.SessionName ?? SessionName,
            ExternalId = config.ExternalId,
            DurationSeconds = Seconds,
        }, cancellationToken).ConfigureAwait(false);
        return Found(answer.Credentials).ToIdentity();
    }

    /// <summary>A role's keys for an OIDC token. The call is not signed.</summary>
    internal async ValueTask<AwsIdentity> OfWebIdentityAsync(string role, string token, CancellationToken cancellationToken) =>
        (await KeysAsync(role, token, sessionName: null, cancellationToken).ConfigureAwait(false)).ToIdentity();

    /// <summary>A role's keys for the OIDC token in a file, which is read each time: whoever mounts it renews it.</summary>
    internal async ValueTask<AwsIdentity> OfTokenFileAsync(string role, string file, CancellationToken cancellationToken) =>
        (await KeysOfTokenFileAsync(role, file, sessionName: null, cancellationToken).ConfigureAwait(false)).ToIdentity();

    /// <inheritdoc cref="OfTokenFileAsync"/>
    internal async ValueTask<FoundKeys> KeysOfTokenFileAsync(string role, string file, string? sessionName, CancellationToken cancellationToken)
    {
        var token = await TokenFile.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        return await KeysAsync(role, token, sessionName, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<FoundKeys> KeysAsync(string role, string token, string? sessionName, CancellationToken cancellationToken)
    {
        using var client = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), Settings());
        var answer = await client.AssumeRoleWithWebIdentityAsync(new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = role,
            RoleSessionName = config.SessionName ?? sessionName ?? SessionName,
            WebIdentityToken = token,
            DurationSeconds = Seconds,
        }, cancellationToken).ConfigureAwait(false);
        return Found(answer.Credentials);
    }

    private int? Seconds => config.Duration is { } duration ? (int)duration.TotalSeconds : null;

    // A region first: without one the SDK asks the environment and then the instance.
    private AmazonSecurityTokenServiceConfig Settings()
    {
        var settings = new AmazonSecurityTokenServiceConfig
        {
            MaxErrorRetry = 0, // trying again is the renewal's business
            Timeout = TimeSpan.FromSeconds(10),
            RegionEndpoint = RegionEndpoint.GetBySystemName(region ?? "us-east-1"),
        };
        if (config.StsUrl is { } url)
        {
            settings.ServiceURL = url.AbsoluteUri;
            settings.AuthenticationRegion = region ?? "us-east-1";
        }

        return settings;
    }

    private static AWSCredentials Credentials(ImmutableCredentials keys) => keys.UseToken
        ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token)
        : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);

    private static FoundKeys Found(Amazon.SecurityToken.Model.Credentials keys) => new(
        new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
        keys.Expiration is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null);
}
