using System.Buffers.Text;

namespace Tollgate.Metering;

/// <summary>Times as the access log writes them. The second stays the same for many lines, so its text is kept.</summary>
internal sealed class LogTimes
{
    private readonly byte[] _text = "0000-00-00T00:00:00.000Z"u8.ToArray();
    private long _second = -1;

    /// <summary>Such as <c>2026-01-31T12:00:00.125Z</c>; good until the next call.</summary>
    internal ReadOnlySpan<byte> Format(DateTimeOffset time)
    {
        var ticks = time.UtcTicks;
        var second = ticks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            time.UtcDateTime.TryFormat(_text, out _, "yyyy-MM-dd'T'HH:mm:ss", provider: null);
            _second = second;
        }

        var milliseconds = (int)(ticks / TimeSpan.TicksPerMillisecond % 1000);
        (_text[20], _text[21], _text[22]) = (Digit(milliseconds / 100), Digit(milliseconds / 10), Digit(milliseconds));
        return _text;
    }

    /// <summary>With up to three decimals, without zeros at the end. Returns how many bytes were written; 32 are enough.</summary>
    internal static int Milliseconds(TimeSpan time, Span<byte> text)
    {
        var microseconds = (time.Ticks + (time.Ticks < 0 ? -5 : 5)) / 10;
        var length = 0;
        if (microseconds < 0)
        {
            text[length++] = (byte)'-';
            microseconds = -microseconds;
        }

        Utf8Formatter.TryFormat(microseconds / 1000, text[length..], out var written);
        length += written;
        var rest = (int)(microseconds % 1000);
        if (rest == 0) return length;
        (text[length], text[length + 1], text[length + 2], text[length + 3]) = ((byte)'.', Digit(rest / 100), Digit(rest / 10), Digit(rest));
        length += 4;
        while (text[length - 1] == '0') length--;
        return length;
    }

    private static byte Digit(int number) => (byte)('0' + (number % 10));
}
