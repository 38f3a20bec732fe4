namespace Tollgate.Credentials.Aws;

/// <summary>A pair of AWS keys, with a session token when they are temporary.</summary>
internal sealed record AwsKeys(string AccessKeyId, string SecretAccessKey, string? SessionToken)
{
    /// <summary>Only the id: a record would print the secret too.</summary>
    public override string ToString() => $"AwsKeys {{ AccessKeyId = {AccessKeyId} }}";
}
