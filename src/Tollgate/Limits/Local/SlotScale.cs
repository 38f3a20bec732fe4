namespace Tollgate.Limits.Local;

/// <summary>
/// How a span of time is cut into slots that are counted apart. A fixed span is one slot. A sliding one is <see cref="Parts"/> slots and the
/// one that has begun: together they always cover the whole span that ends now, so that never more than the limit is admitted in any span of
/// that length; what was used counts up to a twentieth of the span longer than it must.
/// </summary>
internal readonly struct SlotScale
{
    /// <summary>Into how many slots a sliding span is cut.</summary>
    internal const int Parts = 20;

    private const long SlidingMonth = 30 * TimeSpan.TicksPerDay;

    private readonly long _length;

    internal SlotScale(CounterWindow window)
    {
        var span = window.Seconds * TimeSpan.TicksPerSecond;
        Span = span > 0 ? span : SlidingMonth;
        _length = window.IsSliding ? Span / Parts : span;
        Count = window.IsSliding ? Parts + 1 : 1;
    }

    /// <summary>Slots that count at any time.</summary>
    internal int Count { get; }

    /// <summary>The whole span, in ticks; of a calendar month 30 days.</summary>
    internal long Span { get; }

    /// <summary>The slot that a time belongs to.</summary>
    /// <param name="ticks">Since 1970.</param>
    internal long At(long ticks) => _length > 0 ? ticks / _length : MonthOf(ticks);

    /// <summary>When a slot begins, in ticks since 1970.</summary>
    internal long StartOf(long slot) => _length > 0
        ? slot * _length
        : new DateTime((int)(slot / 12), (int)(slot % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;

    private static long MonthOf(long ticks)
    {
        var time = new DateTime(ticks + DateTime.UnixEpoch.Ticks, DateTimeKind.Utc);
        return (time.Year * 12) + time.Month - 1;
    }
}
