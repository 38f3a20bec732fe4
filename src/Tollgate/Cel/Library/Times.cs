using System.Globalization;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>Arithmetic of timestamps and durations, and their parts.</summary>
internal static class Times
{
    public static CelValue Add(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Timestamp, CelKind.Duration) => Later(left.Timestamp, right.Nanoseconds),
        (CelKind.Duration, CelKind.Timestamp) => Later(right.Timestamp, left.Nanoseconds),
        (CelKind.Duration, CelKind.Duration) => Length((Int128)left.Nanoseconds + right.Nanoseconds),
        _ => CelError.NoOverload,
    };

    public static CelValue Subtract(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Timestamp, CelKind.Timestamp) => Length(Nanoseconds(left.Timestamp) - Nanoseconds(right.Timestamp)),
        (CelKind.Timestamp, CelKind.Duration) => Later(left.Timestamp, -(Int128)right.Nanoseconds),
        (CelKind.Duration, CelKind.Duration) => Length((Int128)left.Nanoseconds - right.Nanoseconds),
        _ => CelError.NoOverload,
    };

    /// <summary>A part of a timestamp in UTC; of a duration, where it has that part, the whole of it in that unit.</summary>
    public static UnaryFunction Part(Func<DateTime, int> ofTime, long nanosPerUnit = 0) => (in value) => value.Kind switch
    {
        CelKind.Timestamp => CelValue.Of((long)ofTime(value.Timestamp.Utc)),
        CelKind.Duration when nanosPerUnit > 0 => CelValue.Of(value.Nanoseconds / nanosPerUnit),
        _ => CelError.NoOverload,
    };

    /// <summary>A part of a timestamp in a time zone: a name such as <c>Europe/Paris</c>, or an offset such as <c>-02:30</c>.</summary>
    public static BinaryFunction ZonedPart(Func<DateTime, int> ofTime) => (in time, in zone) =>
    {
        if (time.Kind != CelKind.Timestamp || zone.Kind != CelKind.String) return CelError.NoOverload;
        var utc = time.Timestamp.Utc;
        if (Offset(zone.Text, utc) is not { } offset) return CelValue.Fail($"no time zone is called '{zone.Text}'");
        var ticks = utc.Ticks + offset.Ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? CelError.OutOfRange : CelValue.Of((long)ofTime(new DateTime(ticks, DateTimeKind.Unspecified)));
    };

    /// <summary>The milliseconds within a second.</summary>
    public static CelValue Milliseconds(in CelValue value) => value.Kind switch
    {
        CelKind.Timestamp => CelValue.Of((long)(value.Timestamp.Nanos / 1_000_000)),
        CelKind.Duration => CelValue.Of(value.Nanoseconds / 1_000_000 % 1000),
        _ => CelError.NoOverload,
    };

    private static TimeSpan? Offset(string zone, DateTime utc)
    {
        var negative = zone.StartsWith('-');
        var digits = zone.TrimStart('+', '-');
        if (TimeSpan.TryParseExact(digits, @"hh\:mm", CultureInfo.InvariantCulture, out var fixedOffset)) return negative ? -fixedOffset : fixedOffset;
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found.GetUtcOffset(utc) : null;
    }

    private static Int128 Nanoseconds(CelTimestamp time) => ((Int128)time.Seconds * CelTimestamp.NanosPerSecond) + time.Nanos;

    private static CelValue Later(CelTimestamp time, Int128 by)
    {
        var sum = Nanoseconds(time) + by;
        var seconds = sum / CelTimestamp.NanosPerSecond;
        return CelTimestamp.Of((long)seconds, (long)(sum - (seconds * CelTimestamp.NanosPerSecond)));
    }

    private static CelValue Length(Int128 nanos) =>
        nanos < long.MinValue || nanos > long.MaxValue ? CelValue.Fail("range: a duration is at most 292 years") : CelValue.OfNanoseconds((long)nanos);
}
