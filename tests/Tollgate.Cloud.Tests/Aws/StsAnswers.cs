using System.Globalization;

namespace Tollgate.Cloud.Tests.Aws;

/// <summary>What STS answers (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).</summary>
internal static class StsAnswers
{
    public static (int, string, string) Keys(IdentityCall call, string id, TimeSpan lifetime, string secret = "SECRET", string token = "SESSION")
    {
        var action = call.Form["Action"];
        var expires = DateTime.UtcNow.Add(lifetime).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return (200, "text/xml", $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
              <Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken><Expiration>{expires}</Expiration></Credentials>
              <AssumedRoleUser><AssumedRoleId>AROA:tollgate</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/tollgate</Arn></AssumedRoleUser>
            </{action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{action}Response>
            """);
    }

    public static (int, string, string) Denied { get; } = (403, "text/xml", """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRole</Message></Error><RequestId>r-1</RequestId></ErrorResponse>
        """);
}
