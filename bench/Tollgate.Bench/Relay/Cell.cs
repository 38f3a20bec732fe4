namespace Tollgate.Bench.Rig;

/// <summary>One thing that is measured: a kind of request, at a concurrency.</summary>
internal sealed record Cell(string Shape, int Concurrency, int BodyLength = 1024, bool Stream = false, bool ClientHeaders = false)
{
    internal static IReadOnlyList<Cell> All { get; } =
    [
        new("unary 1 KB", 1),
        new("unary 1 KB", 16),
        new("unary 1 KB", 64),
        new("unary 1 KB, SDK's headers", 16, ClientHeaders: true),
        new("unary 32 KB", 16, 32 * 1024),
        new("stream of 50", 1, Stream: true),
        new("stream of 50", 16, Stream: true),
        new("stream of 50", 64, Stream: true),
    ];
}
