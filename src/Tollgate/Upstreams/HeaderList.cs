using Tollgate.Reuse;

namespace Tollgate.Upstreams;

/// <summary>One header line.</summary>
/// <param name="Name">Its name; case does not matter.</param>
/// <param name="Value">Its value, without the blanks around it.</param>
internal readonly record struct Header(string Name, string Value);

/// <summary>
/// Headers in the order in which they stand on the wire; a name may come more than once. There are a dozen or two, so that looking through
/// them costs less than a table would.
/// </summary>
internal sealed class HeaderList
{
    private const int MostKept = 64;

    private static readonly NearPool<HeaderList> Pool = new(static () => new HeaderList());

    private Header[] _headers = new Header[16];

    /// <summary>Number of lines.</summary>
    internal int Count { get; private set; }

    /// <summary>All lines.</summary>
    internal ReadOnlySpan<Header> All => _headers.AsSpan(0, Count);

    /// <summary>An empty one, from the pool.</summary>
    internal static HeaderList Rent() => Pool.Get();

    /// <summary>Gives it back. Nobody may look at it any more.</summary>
    internal void GiveBack()
    {
        if (_headers.Length > MostKept) return;
        Clear();
        Pool.Return(this);
    }

    internal void Add(string name, string value)
    {
        if (Count == _headers.Length) Array.Resize(ref _headers, Count * 2);
        _headers[Count++] = new Header(name, value);
    }

    /// <summary>In the place of those of the same name.</summary>
    internal void Set(string name, string value)
    {
        Remove(name);
        Add(name, value);
    }

    /// <summary>True when there was one.</summary>
    internal bool Remove(string name)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (!Is(_headers[i].Name, name)) _headers[kept++] = _headers[i];
        }

        var removed = Count - kept;
        _headers.AsSpan(kept, removed).Clear();
        Count = kept;
        return removed > 0;
    }

    internal bool Contains(string name) => IndexOf(name, 0) >= 0;

    /// <summary>The value; of several the list of them (RFC 9110, 5.3). Null when there is none.</summary>
    internal string? Find(string name)
    {
        var first = IndexOf(name, 0);
        if (first < 0) return null;
        var value = _headers[first].Value;
        for (var next = IndexOf(name, first + 1); next >= 0; next = IndexOf(name, next + 1)) value += ", " + _headers[next].Value;
        return value;
    }

    /// <summary>True when one before it has the same name.</summary>
    internal bool IsRepetition(int index) => IndexOf(_headers[index].Name, 0) < index;

    /// <summary>Takes all away.</summary>
    internal void Clear()
    {
        _headers.AsSpan(0, Count).Clear();
        Count = 0;
    }

    private int IndexOf(string name, int start)
    {
        for (var i = start; i < Count; i++)
        {
            if (Is(_headers[i].Name, name)) return i;
        }

        return -1;
    }

    private static bool Is(string one, string other) =>
        ReferenceEquals(one, other) || (one.Length == other.Length && one.Equals(other, StringComparison.OrdinalIgnoreCase));
}
