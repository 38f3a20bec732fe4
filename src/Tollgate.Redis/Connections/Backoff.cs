namespace Tollgate.Redis.Connections;

/// <summary>How long to wait after so many failures: twice as long each time, up to a few seconds, and never the same for all gateways.</summary>
internal sealed class Backoff(Func<double> chance)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    internal TimeSpan After(int failures)
    {
        var full = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Max(0, failures - 1)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (chance() / 2)));
    }
}
