namespace Tollgate.Simulator.Content;

/// <summary>Remembers which beginnings of prompts were marked for caching, for as long as the provider would.</summary>
internal sealed class PromptCache(TimeProvider time)
{
    private const int MaxCount = 10_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, DateTimeOffset> _expiry = [];

    /// <summary>True: this beginning was there already. Either way it is there from now on.</summary>
    public bool Touch(string beginning, TimeSpan life)
    {
        var key = Hashing.Of(beginning);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var known = _expiry.TryGetValue(key, out var until) && until > now;
            if (_expiry.Count >= MaxCount) _expiry.Clear();
            _expiry[key] = now + life;
            return known;
        }
    }
}
