using System.Globalization;
using Tollgate.Limits;
using Tollgate.Limits.Local;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>
/// Whatever happens, Redis counts as memory does: the same random story is told to both, on one clock, and every answer is compared.
/// </summary>
public sealed class SameAsInMemoryTests
{
    /// <summary>Before the scripts: they ask the server for the time; here they get the test's, which lies at <c>now</c>.</summary>
    internal const string Clock = """
        local server = redis
        local redis = { call = function(command, ...)
          if command ~= 'TIME' then return server.call(command, ...) end
          local ms = tonumber(server.call('GET', 'now'))
          return { math.floor(ms / 1000), (ms % 1000) * 1000 }
        end }

        """;

    private static readonly CounterWindow[] Windows = [new(1, true), new(1, false), new(60, true), new(60, false), new(3600, true), new(86_400, false), new(0, false), new(0, true)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_random_story_gets_the_same_answers(int seed)
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = Clients.At(server.Port).Open();
        await using var shared = Clients.At(server.Port).Store(Clock);
        var chance = new Random(seed);
        var time = new StoryTime(new DateTimeOffset(2028, 2, 28, 23, 59, 0, TimeSpan.Zero));
        var local = new LocalCounterStore(time);
        var open = new List<(ReservationId Id, BucketClaim[] Claims, DateTimeOffset Ends)>();
        for (var step = 0; step < 1500; step++)
        {
            time.Pass(chance.Next(20) switch { 0 => Days(chance.Next(1, 40)), 1 => TimeSpan.FromHours(chance.Next(30)), < 6 => TimeSpan.FromSeconds(chance.Next(90)), _ => TimeSpan.FromMilliseconds(chance.Next(900)) });
            await redis.AskAsync("SET", "now", time.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
            open.RemoveAll(reservation => reservation.Ends < time.Now.AddDays(-1)); // memory forgets those
            if (open.Count > 0 && chance.Next(2) == 0)
            {
                var ended = open[chance.Next(open.Count)];
                open.Remove(ended);
                var used = ended.Claims.Select(claim => chance.Next(4) == 0 ? 0 : chance.NextInt64(claim.Amount * 2 + 1)).ToArray();
                await local.SettleAsync(ended.Id, ended.Claims, used);
                await shared.SettleAsync(ended.Id, ended.Claims, used);
            }
            else
            {
                var (id, claims, life) = (Claims.NewId(), Some(chance), TimeSpan.FromSeconds(chance.Next(1, 200)));
                var expected = await local.ReserveAsync(id, claims, life, default);
                var answer = await shared.ReserveAsync(id, claims, life, default);
                answer.Rooms.ToArray().ShouldBe(expected.Rooms.ToArray(), $"step {step}");
                (answer with { Rooms = default }).ShouldBe(expected with { Rooms = default }, $"step {step}");
                if (answer.IsAdmitted) open.Add((id, claims, time.Now + life));
            }

            if (open.Count > 30) open.RemoveAt(0); // its gateway died
            var asked = Some(chance)[0];
            (await shared.ReadAsync(asked.Bucket, asked.Window, default)).ShouldBe(await local.ReadAsync(asked.Bucket, asked.Window, default), $"step {step}");
        }
    }

    private static BucketClaim[] Some(Random chance) => [.. Enumerable.Range(0, chance.Next(1, 5)).Select(_ =>
    {
        var window = chance.Next(Windows.Length);
        return new BucketClaim(new BucketId($"limit {window}", $"{chance.Next(3)}"), Windows[window], 1000, chance.NextInt64(0, 300), chance.Next(3), chance.Next(6) == 0);
    })];

    private static TimeSpan Days(int count) => TimeSpan.FromDays(count);

    private sealed class StoryTime(DateTimeOffset now) : TimeProvider
    {
        internal DateTimeOffset Now { get; private set; } = now;

        internal void Pass(TimeSpan time) => Now += time;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
