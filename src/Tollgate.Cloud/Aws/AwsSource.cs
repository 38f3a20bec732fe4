using Amazon.Runtime;
using Tollgate.Cloud.Oidc;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Aws;

/// <summary>Keys from where the configuration says, and with them the keys of a role when it names one.</summary>
internal sealed class AwsSource(AwsConfig config, string? region, CloudOptions options) : IdentitySource
{
    private readonly StsSessions _sts = new(config, region);

    public override object Settings => (config, region);

    public override string Mend => config switch
    {
        { Oidc: not null } or { WebIdentityTokenFile: not null } => "check aws.roleArn, whom the role trusts, and the token",
        { RoleArn: not null } => "check aws.roleArn and who may assume it",
        { Profile: not null } or { CredentialsFile: not null } => "check aws.profile and the file that it is in",
        _ => "write aws: { profile: NAME }, aws: { roleArn: ARN } or key: with a Bedrock API key, or give the machine a role",
    };

    public override async ValueTask<Identity> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SessionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonClientException e)
        {
            throw new IdentityException(e.Message, e);
        }
        catch (AmazonServiceException e)
        {
            throw new IdentityException($"STS answered {(int)e.StatusCode} {e.ErrorCode}: {e.Message}", e);
        }
    }

    private async ValueTask<Identity> SessionAsync(CancellationToken cancellationToken)
    {
        if (config.Oidc is { } oidc)
        {
            var token = await new OidcTokens(oidc, options).FetchAsync(cancellationToken).ConfigureAwait(false);
            return await _sts.OfWebIdentityAsync(config.RoleArn!, token.Value, cancellationToken).ConfigureAwait(false);
        }

        if (config.WebIdentityTokenFile is { } file)
        {
            return await _sts.OfTokenFileAsync(config.RoleArn!, file, cancellationToken).ConfigureAwait(false);
        }

        var source = await SourceAsync(cancellationToken).ConfigureAwait(false);
        return config.RoleArn is { } role
            ? await _sts.OfRoleAsync(role, source.Keys, cancellationToken).ConfigureAwait(false)
            : source.ToIdentity();
    }

    private async ValueTask<FoundKeys> SourceAsync(CancellationToken cancellationToken)
    {
        if (config.Keys is { } keys)
        {
            return new FoundKeys(new ImmutableCredentials(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal(), keys.SessionToken?.Reveal()), Expires: null);
        }

        return config.Profile is not null || config.CredentialsFile is not null
            ? await ProfileKeys.FindAsync(config.Profile, config.CredentialsFile).ConfigureAwait(false)
            : await new DefaultChain(_sts).FindAsync(cancellationToken).ConfigureAwait(false);
    }
}
