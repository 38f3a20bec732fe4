using System.Diagnostics.CodeAnalysis;
using Tollgate.Cel.Library;

namespace Tollgate.Cel.Values;

/// <summary>Keys (boolean, integer or text) and values, in the order written. <c>1</c>, <c>1u</c> and <c>1.0</c> find the same entry.</summary>
internal sealed class CelMap
{
    public static readonly CelMap Empty = new([], []);

    private readonly Dictionary<CelValue, int> index;
    private readonly KeyValuePair<CelValue, CelValue>[] entries;

    private CelMap(KeyValuePair<CelValue, CelValue>[] entries, Dictionary<CelValue, int> index)
    {
        (this.entries, this.index) = (entries, index);
        foreach (var (key, value) in entries) Weight = Math.Min(int.MaxValue, Weight + 1 + key.Weight + value.Weight);
    }

    public IReadOnlyList<KeyValuePair<CelValue, CelValue>> Entries => entries;

    public int Count => entries.Length;

    /// <summary>See <see cref="CelList.Weight"/>.</summary>
    public long Weight { get; }

    /// <summary>A map value, or the error that a key is repeated or cannot be one.</summary>
    public static CelValue Of(KeyValuePair<CelValue, CelValue>[] entries)
    {
        var index = new Dictionary<CelValue, int>(entries.Length, KeyComparer.Instance);
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Key.Kind is not (CelKind.Bool or CelKind.Int or CelKind.Uint or CelKind.String)) return CelValue.Fail("unsupported key type");
            if (!index.TryAdd(entries[i].Key, i)) return CelValue.Fail("Failed with repeated key");
        }

        return CelValue.Of(new CelMap(entries, index));
    }

    public bool TryGet(CelValue key, out CelValue value)
    {
        var found = index.TryGetValue(key, out var at);
        value = found ? entries[at].Value : default;
        return found;
    }

    private sealed class KeyComparer : IEqualityComparer<CelValue>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(CelValue x, CelValue y) => Equality.AreEqual(x, y);

        // Equal numbers must hash alike whatever their type, so all hash as the nearest double.
        public int GetHashCode([DisallowNull] CelValue obj) => obj.Kind switch
        {
            CelKind.Int => ((double)obj.Int).GetHashCode(),
            CelKind.Uint => ((double)obj.Uint).GetHashCode(),
            CelKind.Double => obj.Double.GetHashCode(),
            CelKind.String => obj.Text.GetHashCode(StringComparison.Ordinal),
            CelKind.Bool => obj.IsTrue ? 1 : 0,
            _ => 0,
        };
    }
}
