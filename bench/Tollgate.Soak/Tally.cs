using System.Collections.Concurrent;

namespace Tollgate.Soak;

/// <summary>How all questions ended.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _broken = new();

    internal int Broken => _broken.Count;

    internal int Total => _counts.Values.Sum();

    internal void Add(Question question, string outcome)
    {
        var broken = outcome.StartsWith("BROKEN", StringComparison.Ordinal);
        _counts.AddOrUpdate(broken ? "broken" : outcome, 1, static (_, count) => count + 1);
        if (broken && _broken.Count < 100) _broken.Enqueue($"{outcome} ({question})");
    }

    internal void Write(TextWriter output)
    {
        output.WriteLine("| outcome | requests |");
        output.WriteLine("|---|---|");
        foreach (var (outcome, count) in _counts.OrderByDescending(static c => c.Value)) output.WriteLine($"| {outcome} | {count} |");
        foreach (var one in _broken.Take(10)) output.WriteLine("\n" + one);
    }
}
