using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;

namespace Tollgate.Authentication;

/// <summary>Who may call. Keys are known by their SHA-256 only; the key of a request is hashed before it is looked up.</summary>
internal sealed class ClientDirectory
{
    private const int LongestKey = 1024;

    private readonly FrozenDictionary<UInt128, Known> _clients;
    private readonly FrozenDictionary<string, Caller> _certificates;

    internal ClientDirectory(ImmutableArray<ClientConfig> clients)
    {
        _clients = clients.Where(c => c.Certificate is null).ToFrozenDictionary(c => Prefix(c.KeySha256.AsSpan()), c => new Known(c.KeySha256, Of(c)));
        _certificates = clients.Where(c => c.Certificate is not null).ToFrozenDictionary(c => c.Certificate!, Of, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>True when everybody who reaches the port may call.</summary>
    internal bool IsOpen => _clients.Count == 0 && _certificates.Count == 0;

    /// <summary>The caller, or null when the request has neither a known key nor a known certificate.</summary>
    internal Caller? Authenticate(HttpContext context) => ByKey(context.Request.Headers) ?? (_certificates.Count > 0 ? ByCertificate(context) : null);

    // The listener has checked who vouches for it; without an authority of the operator's no listener asks for one.
    private Caller? ByCertificate(HttpContext context) =>
        context.Connection.ClientCertificate is { } shown ? _certificates.GetValueOrDefault(shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) : null;

    private Caller? ByKey(IHeaderDictionary headers)
    {
        var key = KeyOf(headers);
        if (key.IsEmpty || key.Length > LongestKey) return null;
        Span<byte> bytes = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], hash);
        return _clients.TryGetValue(Prefix(hash), out var known) && CryptographicOperations.FixedTimeEquals(hash, known.KeySha256.AsSpan())
            ? known.Caller
            : null;
    }

    // OpenAI's clients send a bearer token, Anthropic's an x-api-key (or, from 1.0 on, a bearer token), Azure's an api-key.
    private static ReadOnlySpan<char> KeyOf(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString().AsSpan().Trim();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization[7..].Trim();
        var key = headers["x-api-key"].ToString();
        return (key.Length > 0 ? key : headers["api-key"].ToString()).AsSpan().Trim();
    }

    private static UInt128 Prefix(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<UInt128>(hash);

    private static Caller Of(ClientConfig client) => new(client.Name) { Models = client.Models };

    private sealed record Known(ImmutableArray<byte> KeySha256, Caller Caller);
}
