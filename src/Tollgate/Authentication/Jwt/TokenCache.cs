using System.Collections.Concurrent;

namespace Tollgate.Authentication.Jwt;

/// <summary>Tokens that were found good, by the SHA-256 of all of them: issuer, claims and signature are part of what is hashed.</summary>
internal sealed class TokenCache(int most = 10_000)
{
    private readonly ConcurrentDictionary<Digest, GoodToken> _tokens = new();

    internal GoodToken? Find(Digest digest) => _tokens.GetValueOrDefault(digest);

    internal int Count => _tokens.Count;

    internal void Keep(Digest digest, GoodToken token, DateTimeOffset now)
    {
        if (_tokens.Count >= most) MakeRoom(now);
        _tokens[digest] = token;
    }

    internal void Forget(Digest digest) => _tokens.TryRemove(digest, out _);

    // Those whose time is over go; if that is not enough all go, which costs a check of each and cannot be kept up for good.
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (digest, token) in _tokens)
        {
            if (token.Until <= now) _tokens.TryRemove(digest, out _);
        }

        if (_tokens.Count >= most) _tokens.Clear();
    }
}

/// <summary>A token that was found good.</summary>
/// <param name="Own">Who it says calls, without what team and organisation put upon it.</param>
/// <param name="Team">Its team; null: none.</param>
/// <param name="Organization">Its organisation; null: its team's.</param>
/// <param name="Until">When it expires, leeway included.</param>
/// <param name="Set">The set whose key verified it.</param>
/// <param name="Keys">State of that set then: when it changes, the token is looked at again.</param>
internal sealed record GoodToken(Caller Own, string? Team, string? Organization, DateTimeOffset Until, KeySet Set, PublicKeys Keys)
{
    /// <summary>The caller among the teams of a time.</summary>
    internal Placed? Placed { get; set; }
}

/// <summary>A caller, and the teams that were known when it was placed among them.</summary>
internal sealed record Placed(Hierarchy Groups, Identified Identified);
