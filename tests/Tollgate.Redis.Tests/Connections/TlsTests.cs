using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tollgate.Redis.Tests.Connections;

/// <summary>TLS at a real Redis with a certificate of the test's own.</summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_is_trusted_when_the_given_authority_vouches_for_it_and_not_otherwise(bool polls)
    {
        var folder = Directory.CreateTempSubdirectory("tollgate-tls-").FullName;
        var (cert, key) = await WriteAsync(folder);
        await using var server = await RedisServer.StartAsync("--tls-port", "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no");
        var options = Clients.At(server.Port) with { Tls = true };

        await using var trusting = (options with { Authorities = cert }).Open(polls);
        await trusting.EventuallyAsync("SimpleString:PONG", "PING");
        await using var doubting = options.Open(polls);
        (await doubting.AskAsync("PING")).ShouldContain("certificate");
        await using var plain = (options with { Tls = false }).Open(polls);
        (await plain.AskAsync("PING")).ShouldStartWith("NotSent");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(string Cert, string Key)> WriteAsync(string folder)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=redis", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var (cert, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        await File.WriteAllTextAsync(cert, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem());
        return (cert, key);
    }
}
