using Tollgate.Bench.Relay;
using Tollgate.Bench.Translation;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Smoke;

/// <summary>A kind of request whose counters are watched, and how many of them make the counters steady.</summary>
internal sealed record SmokeShape(string Name, Cell Cell, int Requests, string Kind = "openai", string? Body = null)
{
    /// <summary>What is asked for, where the cell does not say enough.</summary>
    internal AnswerShape? Answer { get; init; }

    internal static IReadOnlyList<SmokeShape> All { get; } =
    [
        new("relay, unary 1 KB", new Cell("relay", 16), 12_000),
        new("relay, stream of 50", new Cell("relay", 16, Stream: true), 4_000),
        new("relay, paced stream of 50", new Cell("relay", 128, Stream: true), 384) { Answer = AnswerShape.Paced },
        new("relay, unary 256 KB", new Cell("relay", 16, BodyLength: 256 * 1024), 2_000),
        new("to anthropic.messages, unary 1 KB", new Cell("translate", 16), 6_000, "anthropic", TranslatedAnswers.Anthropic),
        new("to bedrock.converse, unary 1 KB", new Cell("translate", 16), 6_000, "aws-bedrock", TranslatedAnswers.Bedrock),
        new("to gemini.generate, unary 1 KB", new Cell("translate", 16), 6_000, "gemini-native", TranslatedAnswers.Gemini),
    ];
}

/// <summary>What one request of a shape took.</summary>
/// <param name="Allocated">Bytes of the managed heap.</param>
/// <param name="UpstreamWrites">TCP segments sent to the provider.</param>
/// <param name="ClientWrites">TCP segments sent to the client.</param>
internal sealed record SmokeCounters(double Allocated, double UpstreamWrites, double ClientWrites)
{
    // What the machine does beside it comes on top, never off: a request takes what it takes in the best of them.
    private const int Rounds = 3;

    internal static async Task<SmokeCounters> CountAsync(SmokeShape shape)
    {
        await using var gateway = await InProcessGateway.StartAsync(shape.Cell, shape.Kind, shape.Body, asked: shape.Answer);
        var requests = shape.Requests / 2;

        // Connections, pools and caches are there after this, and what is called often is compiled.
        await gateway.SendAsync(requests);
        var least = await RoundAsync(gateway, requests);
        for (var round = 1; round < Rounds; round++)
        {
            var next = await RoundAsync(gateway, requests);
            least = new SmokeCounters(Math.Min(least.Allocated, next.Allocated), Math.Min(least.UpstreamWrites, next.UpstreamWrites), Math.Min(least.ClientWrites, next.ClientWrites));
        }

        return least;
    }

    private static async Task<SmokeCounters> RoundAsync(InProcessGateway gateway, int requests)
    {
        var (allocated, upstream, client) = (GC.GetTotalAllocatedBytes(precise: true), gateway.UpstreamSegments, gateway.ClientSegments);
        await gateway.SendAsync(requests);
        double count = requests;
        return new SmokeCounters(
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / count,
            (gateway.UpstreamSegments - upstream) / count,
            (gateway.ClientSegments - client) / count);
    }
}
