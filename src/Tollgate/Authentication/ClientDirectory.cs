using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Tollgate.Authentication.Jwt;
using Tollgate.Configuration;
using Tollgate.Keys;

namespace Tollgate.Authentication;

/// <summary>
/// Who may call. Keys are known by their SHA-256 only; the key of a request is hashed before it is looked up, and nothing but memory is
/// asked: those of the configuration here, those made at run time in the <see cref="KeyRing"/>.
/// </summary>
internal sealed class ClientDirectory
{
    private const int LongestKey = 1024;

    private readonly FrozenDictionary<UInt128, Known> _clients;
    private readonly FrozenDictionary<string, Caller> _certificates;
    private readonly KeyPlaces? _places;
    private readonly BasicUsers? _basic;
    private readonly RecentDigests _recent = new();
    private readonly KeyRing _ring;
    private readonly TimeProvider _time;
    private readonly bool _isClosed;

    internal ClientDirectory(GatewayConfig config, KeyRing ring, TokenVerifier? tokens, TimeProvider time)
    {
        var groups = new Hierarchy(config.Teams, config.Organizations);
        _clients = config.Clients.Where(c => c.Certificate is null).ToFrozenDictionary(c => Digest.From(c.KeySha256.AsSpan()).First, c => new Known(Digest.From(c.KeySha256.AsSpan()), Of(c, groups)));
        _certificates = config.Clients.Where(c => c.Certificate is not null).ToFrozenDictionary(c => c.Certificate!, c => Of(c, groups), StringComparer.OrdinalIgnoreCase);
        _places = config.Authentication.KeysFrom;
        _basic = config.Authentication.Basic is { } users ? new BasicUsers(users, time) : null;
        Tokens = tokens;
        _ring = ring;
        _time = time;
        _isClosed = !config.Clients.IsEmpty || !config.Authentication.IsEmpty;
    }

    /// <summary>True when everybody who reaches the port may call: nothing ever said who may.</summary>
    internal bool IsOpen => !_isClosed && !_ring.Current.ClosesTheGate;

    /// <summary>Judges tokens; null when no issuer is configured.</summary>
    internal TokenVerifier? Tokens { get; }

    /// <summary>The caller, or why it is nobody that is known. Waits only for the keys of an issuer, and not for long.</summary>
    internal ValueTask<Identified> IdentifyAsync(HttpContext context)
    {
        string? text = null;
        var key = _places is null ? PresentedKey.Of(context.Request.Headers, out text) : PresentedKey.Of(context.Request, _places);
        if (Tokens is not null && TokenVerifier.IsToken(key))
        {
            var judging = Tokens.IdentifyAsync(key);
            if (_places is not null) PresentedKey.Remove(context.Request, _places);
            return judging;
        }

        var identified = key.Length is 0 or > LongestKey ? Identified.Nobody : ByKey(key, text);
        if (identified == Identified.Nobody) identified = WithoutKey(context);
        if (_places is not null) PresentedKey.Remove(context.Request, _places);
        return new ValueTask<Identified>(identified);
    }

    // Clients that show a certificate often send a made-up key as well, because their SDK wants one.
    private Identified WithoutKey(HttpContext context) =>
        (_basic?.Find(context.Request.Headers) ?? (_certificates.Count > 0 ? ByCertificate(context) : null)) is { } caller ? InTime(caller) : Identified.Nobody;

    // The listener has checked who vouches for it; without an authority of the operator's no listener asks for one.
    private Caller? ByCertificate(HttpContext context) =>
        context.Connection.ClientCertificate is { } shown ? _certificates.GetValueOrDefault(shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) : null;

    private Identified ByKey(ReadOnlySpan<char> key, string? text)
    {
        var known = text is null ? null : _recent.Find(text);
        var digest = known ?? Digest.Of(key);
        var identified = Find(digest);
        if (known is null && text is not null && identified.Caller is not null) _recent.Keep(text, digest);
        return identified;
    }

    private Identified Find(Digest digest) =>
        _clients.TryGetValue(digest.First, out var known) && digest.IsSameAs(known.Digest) ? InTime(known.Caller) : _ring.Find(digest);

    private Identified InTime(Caller caller) => caller.Expires is { } end && end <= _time.GetUtcNow() ? Identified.Late : Identified.As(caller);

    private static Caller Of(ClientConfig client, Hierarchy groups)
    {
        var own = new Caller(client.Name)
        {
            KnownBy = Caller.OfClient(client.Name),
            Models = client.Models,
            Providers = client.Providers.IsEmpty ? null : client.Providers.ToFrozenSet(StringComparer.Ordinal),
            Limits = client.Allowances.ToLimits("clients." + client.Name, client.Place),
            Expires = client.Expires,
        };
        return groups.Place(own, client.Team, organization: null, out var unknown)
            ?? throw new InvalidOperationException($"clients.{client.Name}: there is no {unknown}; the configuration was not validated");
    }

    private sealed record Known(Digest Digest, Caller Caller);
}
