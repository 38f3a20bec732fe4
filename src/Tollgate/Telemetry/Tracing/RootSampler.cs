using System.Buffers.Binary;
using System.Diagnostics;

namespace Tollgate.Telemetry.Tracing;

/// <summary>
/// Draws which of the traces that begin here are recorded, before anything is made for them: where one in a hundred is, spans without
/// content and the context that flows with them would cost the others more than all of their limits. Only for a listener that
/// records what its parent was recorded of and draws by trace ids, as OpenTelemetry's <c>parentbased_traceidratio</c> does.
/// </summary>
internal sealed class RootSampler
{
    // An odd multiplier walks through all 64-bit numbers without repeating one.
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const ulong OtherStep = 0xC2B2AE3D27D4EB4F;

    private readonly double _share;
    private readonly ulong _first;
    private readonly ulong _second;
    private long _count;

    /// <param name="share">From 0 to 1.</param>
    /// <param name="random">Draws from 0 to 1.</param>
    internal RootSampler(double share, Func<double> random)
    {
        _share = share;
        _first = Number(random);
        _second = Number(random);
    }

    /// <summary>The next trace: its context when it is recorded, else what <c>traceparent</c> says of it.</summary>
    internal string? Draw(out ActivityContext recorded)
    {
        var count = (ulong)Interlocked.Increment(ref _count);
        var (first, second) = (_first + (count * Step), (_second + (count * OtherStep)) | 1); // never all zeros, which is no id
        if (IsRecorded(first))
        {
            recorded = Context(first, second);
            return null;
        }

        recorded = default;
        return string.Create(TraceHeaders.Length, (first, second), static (text, id) =>
        {
            Span<byte> bytes = stackalloc byte[3 * sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, id.first);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], id.second);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], id.first ^ id.second | 1); // a span that nobody has recorded
            "00-".CopyTo(text);
            Convert.TryToHexStringLower(bytes[..16], text[3..], out _);
            text[35] = '-';
            Convert.TryToHexStringLower(bytes[16..], text[36..], out _);
            "-00".CopyTo(text[52..]);
        });
    }

    // As OpenTelemetry's samplers draw, so that those who draw by the same id come to the same result.
    private bool IsRecorded(ulong first) => _share >= 1 || Math.Abs((double)(long)first) < _share * long.MaxValue;

    private static ActivityContext Context(ulong first, ulong second)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, first);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], second);

        // Without a span: the one that begins is the root.
        return new ActivityContext(ActivityTraceId.CreateFromBytes(id), default, ActivityTraceFlags.Recorded);
    }

    private static ulong Number(Func<double> random) => (ulong)(random() * uint.MaxValue) << 32 | (uint)(random() * uint.MaxValue);
}
