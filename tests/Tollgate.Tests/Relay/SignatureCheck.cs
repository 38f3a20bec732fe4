using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Relay;

/// <summary>
/// Signature Version 4 computed again from what a provider received, as AWS does it: only from the wire and the secret.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// </summary>
internal static class SignatureCheck
{
    public static void ShouldBeSigned(this ProviderCall call, string secret)
    {
        var authorization = call.Headers["authorization"];
        authorization.ShouldStartWith("AWS4-HMAC-SHA256 ");
        var fields = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',').Select(f => f.Trim().Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        var scope = fields["Credential"].Split('/', 2)[1];
        var signed = fields["SignedHeaders"].Split(';');
        signed.ShouldContain("host");
        signed.ShouldContain("x-amz-date");
        signed.ShouldBe(signed.Order(StringComparer.Ordinal));

        var target = call.Target.Split('?', 2);
        var canonical = new StringBuilder();
        canonical.Append(call.Method).Append('\n');
        canonical.Append(EncodedAgain(target[0])).Append('\n');
        canonical.Append(target.Length > 1 ? string.Join('&', target[1].Split('&').Order(StringComparer.Ordinal)) : "").Append('\n');
        foreach (var name in signed) canonical.Append(name).Append(':').Append(call.Headers[name].Trim()).Append('\n');
        canonical.Append('\n').Append(fields["SignedHeaders"]).Append('\n').Append(Hash(call.Body));

        var toSign = $"AWS4-HMAC-SHA256\n{call.Headers["x-amz-date"]}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical.ToString()))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        fields["Signature"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))), canonical.ToString());
        call.Headers["x-amz-content-sha256"].ShouldBe(Hash(call.Body));
        scope.ShouldBe(call.Headers["x-amz-date"][..8] + "/us-east-1/bedrock/aws4_request");
    }

    // Every byte of the path but unreserved ones and slashes, percent signs included.
    private static string EncodedAgain(string path) => string.Concat(Encoding.ASCII.GetBytes(path).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || "/-_.~".Contains((char)b, StringComparison.Ordinal) ? ((char)b).ToString() : "%" + b.ToString("X2", CultureInfo.InvariantCulture)));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
