namespace Tollgate.Endpoints;

/// <summary>Ids of requests: unique across gateways by a random start, short, and cheap.</summary>
internal sealed class RequestIds(Func<double> random)
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuv";

    private readonly ulong _start = (ulong)(random() * uint.MaxValue) << 32 | (uint)(random() * uint.MaxValue);
    private long _count;

    internal string Next()
    {
        // An odd multiplier walks through all 64-bit numbers without repeating one.
        var number = _start + ((ulong)Interlocked.Increment(ref _count) * 0x9E3779B97F4A7C15);
        return string.Create(17, number, static (span, value) =>
        {
            "req_".CopyTo(span);
            for (var i = span.Length - 1; i >= 4; i--)
            {
                span[i] = Digits[(int)(value & 31)];
                value >>= 5;
            }
        });
    }
}
