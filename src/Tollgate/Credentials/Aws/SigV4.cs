using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Credentials.Aws;

/// <summary>The headers to add to a signed request; <c>host</c> and <c>content-type</c> are signed too and go out as they were given.</summary>
/// <param name="Authorization">Value of <c>authorization</c>.</param>
/// <param name="AmzDate">Value of <c>x-amz-date</c>.</param>
/// <param name="ContentSha256">Value of <c>x-amz-content-sha256</c>.</param>
/// <param name="SecurityToken">Value of <c>x-amz-security-token</c>, or null to leave it out.</param>
internal readonly record struct SigV4Headers(string Authorization, string AmzDate, string ContentSha256, string? SecurityToken);

/// <summary>
/// AWS Signature Version 4 in the <c>Authorization</c> header
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>).
/// </summary>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const int MaxKeys = 256;

    // Deriving a key takes four HMACs and it is good for a day.
    private static readonly ConcurrentDictionary<KeyScope, byte[]> SigningKeys = new();

    /// <summary>Signs the exact bytes and path that go on the wire.</summary>
    /// <param name="keys">Whose request it is.</param>
    /// <param name="method">HTTP method, in capitals.</param>
    /// <param name="host">Value of <c>host</c> on the wire, with the port if it isn't the scheme's own.</param>
    /// <param name="wirePath">Path on the wire, with its percent-encoding; it is encoded once more for the signature.</param>
    /// <param name="query">Query on the wire, with its percent-encoding and without the question mark; empty if there is none.</param>
    /// <param name="contentType">Value of <c>content-type</c> on the wire; empty if it isn't sent.</param>
    /// <param name="body">The final body.</param>
    /// <param name="region">Region, such as <c>us-east-1</c>.</param>
    /// <param name="service">Service name for signing: <c>bedrock</c>, not <c>bedrock-runtime</c>.</param>
    /// <param name="now">Time of the request.</param>
    internal static SigV4Headers Sign(
        AwsKeys keys,
        string method,
        string host,
        string wirePath,
        string query,
        string contentType,
        ReadOnlySpan<byte> body,
        string region,
        string service,
        DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var date = time[..8];
        var contentHash = Convert.ToHexStringLower(SHA256.HashData(body));

        // :: Step 1: the canonical request, headers sorted by name
        var names = SignedNames(contentType, keys.SessionToken);
        var request = new StringBuilder(512).Append(method).Append('\n');
        AppendPath(request, wirePath);
        request.Append('\n').Append(CanonicalQuery(query)).Append('\n');
        if (contentType.Length > 0) request.Append("content-type:").Append(contentType.Trim()).Append('\n');
        request.Append("host:").Append(host.Trim()).Append('\n');
        request.Append("x-amz-content-sha256:").Append(contentHash).Append('\n');
        request.Append("x-amz-date:").Append(time).Append('\n');
        if (keys.SessionToken is { } token) request.Append("x-amz-security-token:").Append(token.Trim()).Append('\n');
        request.Append('\n').Append(names).Append('\n').Append(contentHash);

        // :: Step 2: the string to sign
        var scope = $"{date}/{region}/{service}/aws4_request";
        var requestHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.ToString())));
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{requestHash}";

        // :: Step 3: the signature
        var key = SigningKey(new KeyScope(keys.SecretAccessKey, date, region, service));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        var authorization = $"{Algorithm} Credential={keys.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}";
        return new SigV4Headers(authorization, time, contentHash, keys.SessionToken);
    }

    private static string SignedNames(string contentType, string? token) => (contentType.Length > 0, token is not null) switch
    {
        (true, true) => "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        (true, false) => "content-type;host;x-amz-content-sha256;x-amz-date",
        (false, true) => "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        (false, false) => "host;x-amz-content-sha256;x-amz-date",
    };

    /// <summary>Every segment encoded once more, its percent signs included: all services but S3 count on it.</summary>
    private static void AppendPath(StringBuilder output, string wirePath)
    {
        if (wirePath.Length == 0) output.Append('/');
        foreach (var b in Encoding.UTF8.GetBytes(wirePath))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~') output.Append(c);
            else output.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
    }

    /// <summary>The pairs sorted by their encoded bytes, each with an equals sign.</summary>
    private static string CanonicalQuery(string query)
    {
        if (query.Length == 0) return "";
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is var at and >= 0
                ? (Name: Encoded(pair[..at]), Value: Encoded(pair[(at + 1)..]))
                : (Name: Encoded(pair), Value: ""))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal);
        return string.Join('&', pairs.Select(pair => $"{pair.Name}={pair.Value}"));
    }

    private static string Encoded(string part) => Uri.EscapeDataString(Uri.UnescapeDataString(part));

    private static byte[] SigningKey(KeyScope scope)
    {
        if (SigningKeys.TryGetValue(scope, out var known)) return known;

        // Yesterday's keys and rotated secrets are of no more use: rather than track them, begin anew now and then.
        if (SigningKeys.Count >= MaxKeys) SigningKeys.Clear();
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + scope.Secret), Encoding.UTF8.GetBytes(scope.Date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Service));
        key = HMACSHA256.HashData(key, "aws4_request"u8);
        SigningKeys[scope] = key;
        return key;
    }

    private readonly record struct KeyScope(string Secret, string Date, string Region, string Service);
}
