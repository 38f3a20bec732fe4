using System.Diagnostics.Tracing;
using System.Globalization;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>profile [stream|paced] [sdk|traced|limited] [anthropic|bedrock|gemini]</c>: which types a request allocates, by share, and the processor time that it
/// takes together with the load and the mock; <c>limited</c> puts it under three limits; the name of a dialect has it translated to that one. The runtime reports the type that is allocated each
/// time another 100 KB have been; over some hundred thousand requests the shares are near the truth.
/// </summary>
internal static class AllocationProfile
{
    private const int Requests = 100_000;

    // A second each, on 256 connections.
    private const int PacedRequests = 2048;
    private const int Rows = 60;

    // Two counters that every request takes from and one by a value that it sends: requests, tokens, money.
    private const string Limits = """
        prices: { mock: { "*": { input: 1, output: 2 } } }
        limits:
          requests: { requests: 1000000000, per: minute, by: [client, model] }
          tokens: { tokens: 1000000000000, per: minute, window: sliding, by: "header:user-agent" }
          money: { money: 100000000, per: month, by: ip }
        """;

    internal static async Task<int> RunAsync(string[] args)
    {
        AnswerShape? asked = args.Contains("paced") ? AnswerShape.Paced : args.Contains("stream") ? AnswerShape.Stream50 : null;
        var isPaced = asked == AnswerShape.Paced;
        var cell = new Cell("profile", isPaced ? 256 : 16, Stream: asked is not null, ClientHeaders: args.Contains("sdk"));
        var requests = isPaced ? PacedRequests : cell.Stream ? Requests / 5 : Requests;
        using var spans = args.Contains("traced") ? SpanSink.Listen() : null;
        await using var gateway = await InProcessGateway.StartAsync(cell, KindOf(args), more: args.Contains("limited") ? Limits : "", asked: asked);
        await gateway.SendAsync(requests / 2);
        using var listener = new Ticks();
        var cpu = Environment.CpuUsage.TotalTime;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await gateway.SendAsync(requests);
        var perRequest = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / requests;
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{perRequest:0} B per request, {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / requests:0.0} µs of processor time"));
        foreach (var (type, share) in listener.Shares().Take(Rows))
        {
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{share * perRequest,7:0} B  {type}"));
        }

        return 0;
    }

    private static string KindOf(string[] args) =>
        args.Contains("anthropic") ? "anthropic" : args.Contains("bedrock") ? "aws-bedrock" : args.Contains("gemini") ? "gemini-native" : "openai";

    private sealed class Ticks : EventListener
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, long> _bytes = new(StringComparer.Ordinal);

        internal IEnumerable<(string Type, double Share)> Shares()
        {
            lock (_lock)
            {
                double all = _bytes.Values.Sum();
                return [.. _bytes.OrderByDescending(b => b.Value).Select(b => (b.Key, b.Value / all))];
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            const EventKeywords GarbageCollection = (EventKeywords)1;
            if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Verbose, GarbageCollection);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true) return;
            var type = (string)eventData.Payload![eventData.PayloadNames!.IndexOf("TypeName")]!;
            var bytes = Convert.ToInt64(eventData.Payload[eventData.PayloadNames.IndexOf("AllocationAmount64")], CultureInfo.InvariantCulture);
            lock (_lock) _bytes[type] = _bytes.GetValueOrDefault(type) + bytes;
        }
    }
}
