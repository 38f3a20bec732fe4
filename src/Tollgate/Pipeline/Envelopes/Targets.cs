using System.Collections.Concurrent;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>
/// The addresses of models that have been asked for: to encode a name and to parse the address again for each request costs more than the rest of a
/// plan. Names may be the clients' own where a route takes any, so there is a bound; beyond it addresses are made anew.
/// </summary>
/// <param name="make">Of a model, and whether a stream is asked for.</param>
internal sealed class Targets(Func<string, bool, Uri> make)
{
    private const int MostKept = 256;
    private const int LongestKept = 256;

    private readonly ConcurrentDictionary<(string Model, bool Stream), Uri> _known = new();
    private int _count;

    /// <summary>How many are kept.</summary>
    internal int Count => _known.Count;

    internal Uri Of(string model, bool stream)
    {
        if (_known.TryGetValue((model, stream), out var known)) return known;
        var target = make(model, stream);
        if (model.Length <= LongestKept && Volatile.Read(ref _count) < MostKept && _known.TryAdd((model, stream), target)) Interlocked.Increment(ref _count);
        return target;
    }
}
