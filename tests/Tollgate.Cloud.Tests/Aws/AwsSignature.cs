using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Cloud.Tests.Aws;

/// <summary>
/// Signature Version 4 computed again from what was received, as AWS does it: from the wire and the secret alone.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// </summary>
internal static class AwsSignature
{
    /// <summary>Fails when the request was not signed with the secret for that region and service.</summary>
    public static void ShouldBeSigned(string method, string target, IReadOnlyDictionary<string, string> headers, byte[] body, string id, string secret, string scope)
    {
        var fields = headers["authorization"]["AWS4-HMAC-SHA256 ".Length..].Split(',').Select(f => f.Trim().Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        var credential = fields["Credential"].Split('/', 2);
        credential[0].ShouldBe(id);
        credential[1].ShouldBe($"{headers["x-amz-date"][..8]}/{scope}/aws4_request");

        var parts = target.Split('?', 2);
        var canonical = new StringBuilder().Append(method).Append('\n').Append(Encoded(parts[0])).Append('\n');
        canonical.Append(parts.Length > 1 ? string.Join('&', parts[1].Split('&').Order(StringComparer.Ordinal)) : "").Append('\n');
        foreach (var name in fields["SignedHeaders"].Split(';')) canonical.Append(name).Append(':').Append(headers[name].Trim()).Append('\n');
        canonical.Append('\n').Append(fields["SignedHeaders"]).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body)));

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
        var key = credential[1].Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{headers["x-amz-date"]}\n{credential[1]}\n{hash}"));
        fields["Signature"].ShouldBe(Convert.ToHexStringLower(signature), canonical.ToString());
    }

    private static string Encoded(string path) => string.Concat(Encoding.ASCII.GetBytes(path).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || "/-_.~".Contains((char)b, StringComparison.Ordinal) ? ((char)b).ToString() : "%" + b.ToString("X2", CultureInfo.InvariantCulture)));
}
