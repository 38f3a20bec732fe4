using System.Text;
using Tollgate.Metering;
using Tollgate.Metering.Costs;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;

namespace Tollgate.Tests.Metering;

/// <summary>Records of requests with any members, texts and numbers; the same for the same seed.</summary>
internal sealed class RandomRecords(int seed)
{
    private static readonly long[] Numbers = [0, 1, 9, 10, 99, 100, 1234567890, int.MaxValue, int.MinValue, -1, long.MaxValue, long.MinValue];
    private static readonly double[] Doubles = [0, -0.0, 0.1, 1.5, 1e20, 1e-7, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, 12345.678];

    private readonly Random _random = new(seed);

    internal RequestRecord Next()
    {
        var record = new RequestRecord
        {
            RequestId = Text() ?? "",
            Start = new DateTimeOffset(_random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
            Method = Text() ?? "",
            Path = Text() ?? "",
            Operation = Maybe() ? Operations.All[_random.Next(Operations.All.Count)] : null,
            Client = Text(),
            KeyId = Text(),
            Team = Text(),
            Organization = Text(),
            Route = Text(),
            Provider = Text(),
            AskedModel = Text(),
            ServedModel = Text(),
            ResponseModel = Text(),
            TraceId = Text(),
            Unrecorded = Maybe() ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" : null,
            Stream = Maybe(),
            Status = _random.Next(-1, 1000),
            ProviderStatus = _random.Next(3) * 200,
            Attempts = _random.Next(4),
            Resumed = Text(),
            SkippedEvents = _random.Next(3),
            ErrorCode = Text(),
            Limit = Text(),
            ShadowLimit = Text(),
            ReservedTokens = Number(),
            Dropped = [.. Many(() => new FidelityEntry(new FidelityRule(Text() ?? "n", FidelityOutcome.Dropped, ""), "/a"))],
            Usage = Usage(),
            UsageEstimated = Maybe(),
            Cost = Dollars(),
            TimeToFirstToken = Maybe() ? Time() : null,
            ProviderHeaders = Maybe() ? Time() : null,
            Duration = Time(),
            BytesIn = Number() ?? 0,
            BytesOut = Number() ?? 0,
            RequestBody = Body(),
            ResponseBody = Body(),
        };
        foreach (var cost in Many(() => new RequestCost(Text() ?? "c", Number()))) record.Costs.Add(cost);
        foreach (var name in Many(() => Text() ?? "a")) record.Add(name, Text() ?? "");
        foreach (var attempt in Many(Attempt)) record.AddFailedAttempt(attempt);
        return record;
    }

    internal decimal? Dollars() => _random.Next(4) switch
    {
        0 => null,
        1 => new decimal(_random.Next(), _random.Next(), _random.Next(2) * _random.Next(), Maybe(), (byte)_random.Next(29)),
        2 => new decimal(_random.Next(3), 0, 0, Maybe(), (byte)_random.Next(29)),
        _ => Math.Round((decimal)_random.NextDouble(), _random.Next(12)),
    };

    private bool Maybe() => _random.Next(2) == 0;

    private long? Number() => _random.Next(3) switch
    {
        0 => null,
        1 => Numbers[_random.Next(Numbers.Length)],
        _ => _random.NextInt64() >> _random.Next(64),
    };

    private TimeSpan Time() => new(_random.NextInt64(long.MaxValue / 20) >> _random.Next(60));

    private TokenUsage Usage() => _random.Next(4) == 0 ? default : new TokenUsage
    {
        Input = Number(),
        CachedInput = Number(),
        CacheCreation = Number(),
        CacheCreation1h = Number(),
        Output = Number(),
        Reasoning = Number(),
        AudioInput = Number(),
        AudioOutput = Number(),
        AudioSeconds = Maybe() ? Doubles[_random.Next(Doubles.Length)] : null,
        ImageInput = Number(),
        ImageOutput = Number(),
        Images = Number(),
        SearchUnits = Number(),
        WebSearches = Number(),
        ServiceTier = Text(),
    };

    private AttemptRecord Attempt() => new(Text() ?? "p", Text(), _random.Next(2) * 503, Text(), Time(), Usage()) { IsEstimated = Maybe(), Cost = Dollars() };

    private IEnumerable<T> Many<T>(Func<T> one) => Enumerable.Range(0, _random.Next(4) - 1 is > 0 and var count ? count : 0).Select(_ => one()).ToList();

    private string? Text() => _random.Next(6) switch
    {
        0 => null,
        1 => Of(_random.Next(40), () => (char)_random.Next(' ', 0x7f)),
        2 => Of(_random.Next(20), () => (char)_random.Next(0x100)),
        3 => Of(_random.Next(20), () => (char)_random.Next(0x10000)), // half pairs of surrogates, too
        4 => Of(AccessLogLine.MaxTextLength + _random.Next(-3, 4), () => Maybe() ? (char)_random.Next('a', 'z') : (char)_random.Next(0xd800, 0xe000)),
        _ => "gpt-4o-" + _random.Next(100),
    };

    private byte[] Body() => _random.Next(3) switch
    {
        0 => [],
        1 => Encoding.UTF8.GetBytes($$"""{"model":"{{Text()}}"}"""),
        _ => Bytes(_random.Next(200)),
    };

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static string Of(int length, Func<char> one) => new([.. Enumerable.Range(0, length).Select(_ => one())]);
}
