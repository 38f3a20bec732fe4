using System.Text.Json;

namespace Tollgate.Bench.Rig.Smoke;

/// <summary>What was counted when somebody last looked, from <c>bench/limits.json</c>, and how much more is taken for a regression.</summary>
internal sealed class SmokeLimits(double factor, IReadOnlyDictionary<string, SmokeCounters> noted)
{
    internal double Factor => factor;

    internal SmokeCounters Noted(string shape) => noted[shape];

    internal static SmokeLimits Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        return new SmokeLimits(
            root.GetProperty("factor"u8).GetDouble(),
            root.GetProperty("requests"u8).EnumerateObject().ToDictionary(p => p.Name, p => Counters(p.Value), StringComparer.Ordinal));
    }

    /// <summary>A line for each counter that is beyond its limit.</summary>
    internal IEnumerable<string> Exceeded(string shape, SmokeCounters counted)
    {
        var was = noted[shape];
        (string Name, double Counted, double Noted)[] counters =
        [
            ("bytes allocated", counted.Allocated, was.Allocated),
            ("writes to the provider", counted.UpstreamWrites, was.UpstreamWrites),
            ("writes to the client", counted.ClientWrites, was.ClientWrites),
        ];
        return counters.Where(c => c.Counted > c.Noted * factor).Select(c =>
            FormattableString.Invariant($"{shape}: {c.Counted:0.##} {c.Name} a request, where {c.Noted:0.##} are noted and {c.Noted * factor:0.##} allowed; find what is new, or note it in bench/limits.json with the reason in the commit"));
    }

    private static SmokeCounters Counters(JsonElement json) => new(
        json.GetProperty("allocated"u8).GetDouble(),
        json.GetProperty("upstreamWrites"u8).GetDouble(),
        json.GetProperty("clientWrites"u8).GetDouble());
}
