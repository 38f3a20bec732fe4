using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tollgate.Cloud.Tests;

/// <summary>A signed token taken apart as the receiver does (RFC 7515, RFC 7519).</summary>
internal sealed class Jwt
{
    private readonly string _signed;
    private readonly byte[] _signature;

    private Jwt(string signed, byte[] signature) => (_signed, _signature) = (signed, signature);

    public required JsonElement Header { get; init; }

    public required JsonElement Claims { get; init; }

    public static Jwt Parse(string text)
    {
        var parts = text.Split('.');
        parts.Length.ShouldBe(3);
        return new Jwt($"{parts[0]}.{parts[1]}", Base64Url.DecodeFromChars(parts[2])) { Header = Json(parts[0]), Claims = Json(parts[1]) };
    }

    /// <summary>Fails unless the key's owner signed it.</summary>
    public void ShouldBeSignedBy(RSA key, RSASignaturePadding padding) =>
        key.VerifyData(Encoding.ASCII.GetBytes(_signed), _signature, HashAlgorithmName.SHA256, padding).ShouldBeTrue("the signature does not fit");

    public string Claim(string name) => Claims.GetProperty(name).ToString();

    private static JsonElement Json(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement;
}
