using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Tollgate.Authentication.Jwt;

/// <summary>One state of an issuer's key set: the keys that can verify, by id. Shared secrets in it are left out, so that no public key can be taken for one.</summary>
internal sealed class PublicKeys
{
    private readonly FrozenDictionary<string, SecurityKey[]> _byId;
    private readonly SecurityKey[] _all;

    private PublicKeys(string text, SecurityKey[] keys)
    {
        Text = text;
        _all = keys;
        _byId = keys.Where(k => !string.IsNullOrEmpty(k.KeyId)).GroupBy(k => k.KeyId, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>What it was read from, to find out that nothing has changed.</summary>
    internal string Text { get; }

    /// <summary>Keys that may have signed: those with the id, or all when the token names none.</summary>
    internal SecurityKey[] Find(string? id) => string.IsNullOrEmpty(id) ? _all : _byId.GetValueOrDefault(id) ?? [];

    /// <exception cref="FormatException">The text is no key set, or has no key that can verify.</exception>
    internal static PublicKeys Parse(string text)
    {
        JsonWebKeySet set;
        try
        {
            set = new JsonWebKeySet(text);
        }
        catch (ArgumentException e)
        {
            throw new FormatException("it is no JSON Web Key Set", e);
        }

        SecurityKey[] keys = [.. set.Keys.Where(k => k.Kty is "RSA" or "EC" && string.IsNullOrEmpty(k.Use) | k.Use == "sig")];
        return keys.Length == 0 ? throw new FormatException("it has no RSA or EC key for signatures") : new PublicKeys(text, keys);
    }
}
