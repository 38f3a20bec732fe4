using System.Runtime.CompilerServices;

namespace Tollgate.Authentication;

/// <summary>
/// The digests of keys that were found good lately, by the text that held them: a connection that is kept open brings its header as the same
/// object with each request, and then nothing is hashed. Who has the key is looked up each time, so that one that was revoked is
/// not taken any more. The texts themselves are not kept: they go with their connections.
/// </summary>
internal sealed class RecentDigests
{
    // As many keep-alive connections as are told apart; beyond it they drive each other out, and are hashed.
    private const int Places = 1024;

    private readonly Entry?[] _places = new Entry?[Places];

    /// <summary>Null: it has to be hashed.</summary>
    internal Digest? Find(string text) => Volatile.Read(ref _places[PlaceOf(text)]) is { } entry && entry.IsOf(text) ? entry.Digest : null;

    internal void Keep(string text, Digest digest) => Volatile.Write(ref _places[PlaceOf(text)], new Entry(text, digest));

    private static uint PlaceOf(string text) => (uint)RuntimeHelpers.GetHashCode(text) % Places;

    private sealed class Entry(string text, Digest digest)
    {
        private readonly WeakReference<string> _text = new(text);

        internal Digest Digest => digest;

        internal bool IsOf(string text) => _text.TryGetTarget(out var known) && ReferenceEquals(known, text);
    }
}
