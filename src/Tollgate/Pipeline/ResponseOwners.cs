using Tollgate.Protocols;

namespace Tollgate.Pipeline;

/// <summary>
/// Which provider made which stored response: ids are the providers' own and are not changed, so the gateway remembers the most
/// recent ones. What it no longer knows it asks the providers for.
/// </summary>
internal sealed class ResponseOwners(int capacity = 100_000)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private readonly Queue<string> _ages = new();

    internal void Remember(Operation operation, string? responseId, string provider)
    {
        if (responseId is null || operation != Operations.Responses) return;
        lock (_lock)
        {
            if (_owners.TryAdd(responseId, provider)) _ages.Enqueue(responseId);
            if (_ages.Count > capacity) _owners.Remove(_ages.Dequeue());
        }
    }

    /// <summary>Name of the provider, or null.</summary>
    internal string? Find(string responseId)
    {
        lock (_lock) return _owners.GetValueOrDefault(responseId);
    }
}
