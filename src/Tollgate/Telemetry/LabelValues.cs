using System.Collections.Concurrent;

namespace Tollgate.Telemetry;

/// <summary>Bounds how many values of a label there are: callers choose them, and each makes series of its own.</summary>
internal sealed class LabelValues(int most = LabelValues.Most)
{
    /// <summary>Values of each label that are told apart.</summary>
    internal const int Most = 100;

    /// <summary>Stands for all values beyond them.</summary>
    internal const string Other = "_other";

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _known = new(StringComparer.Ordinal);

    /// <summary>The value, or what stands for it.</summary>
    internal string Bound(string label, string? value)
    {
        if (value is null) return GatewayMetrics.Unknown;
        var known = _known.GetOrAdd(label, static _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
        if (known.ContainsKey(value)) return value;
        return known.Count < most && known.TryAdd(value, true) ? value : Other;
    }
}
