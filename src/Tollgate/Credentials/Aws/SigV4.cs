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
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>). What is signed is put
/// together as bytes in rented memory; only the values of headers become texts.
/// </summary>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const int MaxKeys = 256;
    private const int DateLength = 8;

    // Deriving a key takes four HMACs and it is good for a day.
    private static readonly ConcurrentDictionary<KeyScope, byte[]> SigningKeys = new();

    private static Second? s_last;
    private static string s_date = "99999999";

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
        var time = Stamp(now);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        var contentHash = Convert.ToHexStringLower(hash);
        var names = SignedNames(contentType, keys.SessionToken);
        using var text = new SignedText();

        // :: Step 1: the canonical request, headers sorted by name
        text.Add(method);
        text.Add("\n");
        text.AddPath(wirePath);
        text.Add("\n");
        text.Add(CanonicalQuery(query));
        text.Add("\n");
        if (contentType.Length > 0) text.AddLine("content-type:", contentType.AsSpan().Trim());
        text.AddLine("host:", host.AsSpan().Trim());
        text.AddLine("x-amz-content-sha256:", contentHash);
        text.AddLine("x-amz-date:", time);
        if (keys.SessionToken is { } token) text.AddLine("x-amz-security-token:", token.AsSpan().Trim());
        text.AddLine("\n", names);
        text.Add(contentHash);
        SHA256.HashData(text.Written, hash);

        // :: Step 2: the string to sign
        text.Clear();
        text.AddLine(Algorithm + "\n", time);
        text.AddScope(time.AsSpan(0, DateLength), region, service);
        text.Add("\n");
        text.AddHex(hash);

        // :: Step 3: the signature
        HMACSHA256.HashData(SigningKey(new KeyScope(keys.SecretAccessKey, DateOf(time), region, service)), text.Written, hash);
        text.Clear();
        text.Add(Algorithm);
        text.Add(" Credential=");
        text.Add(keys.AccessKeyId);
        text.Add("/");
        text.AddScope(time.AsSpan(0, DateLength), region, service);
        text.Add(", SignedHeaders=");
        text.Add(names);
        text.Add(", Signature=");
        text.AddHex(hash);
        return new SigV4Headers(text.ToString(), time, contentHash, keys.SessionToken);
    }

    /// <summary>Requests of one second share their time.</summary>
    private static string Stamp(DateTimeOffset now)
    {
        var second = now.UtcTicks / TimeSpan.TicksPerSecond;
        var last = s_last;
        if (last?.Number == second) return last.Text;
        s_last = last = new Second(second, now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        return last.Text;
    }

    /// <summary>Those of one day share its name.</summary>
    private static string DateOf(string time)
    {
        var last = s_date;
        if (time.StartsWith(last, StringComparison.Ordinal)) return last;
        return s_date = time[..DateLength];
    }

    private static string SignedNames(string contentType, string? token) => (contentType.Length > 0, token is not null) switch
    {
        (true, true) => "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        (true, false) => "content-type;host;x-amz-content-sha256;x-amz-date",
        (false, true) => "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        (false, false) => "host;x-amz-content-sha256;x-amz-date",
    };

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

    private sealed record Second(long Number, string Text);

    private readonly record struct KeyScope(string Secret, string Date, string Region, string Service);
}
