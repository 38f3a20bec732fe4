namespace Tollgate.Cel.Values;

/// <summary>Values in order. Never changed once made.</summary>
internal sealed class CelList
{
    public static readonly CelList Empty = new([]);

    public CelList(CelValue[] items)
    {
        Items = items;
        Weight = Weigh(items);
    }

    public IReadOnlyList<CelValue> Items { get; }

    public int Count => Items.Count;

    /// <summary>
    /// Values in it, those of nested lists included. A list that holds the same list twice, which holds the same list twice, and so
    /// on, is small to make and endless to compare: the evaluation budget counts this number.
    /// </summary>
    public long Weight { get; }

    public static CelList Join(CelList one, CelList other) => new([.. one.Items, .. other.Items]);

    private static long Weigh(CelValue[] items)
    {
        var weight = 0L;
        foreach (var item in items) weight = Math.Min(int.MaxValue, weight + 1 + item.Weight);
        return weight;
    }
}
