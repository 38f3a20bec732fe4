using Tollgate.Configuration;

namespace Tollgate.Routing.Health;

/// <summary>What is known of one key of a provider. It outlives a reload as long as the key stays the same.</summary>
internal sealed class KeyState
{
    // A refused key is mended by people, not by waiting: the rests are longer than those of a backend. 403 can be about one model
    // only, so it takes several in a row with no good answer between them; 401 and 402 leave no doubt.
    private static readonly HealthConfig Limits = new()
    {
        Failures = 3,
        ErrorRate = 100,
        MinRequests = int.MaxValue,
        Rest = TimeSpan.FromSeconds(10),
        MaxRest = TimeSpan.FromMinutes(1),
    };

    internal KeyState(string name, TimeProvider time, Func<double> chance)
    {
        Name = name;
        Circuit = new Circuit(time, chance);
        Circuit.Configure(Limits);
    }

    /// <summary>Where it stands in the configuration: <c>key</c>, <c>keys[1]</c>. Never the key.</summary>
    internal string Name { get; private set; }

    internal Circuit Circuit { get; }

    /// <summary>Switches retiring on or off with the provider's health checks.</summary>
    internal void Configure(string name, HealthConfig provider)
    {
        Name = name; // keys may change places
        Circuit.Configure(provider.Enabled ? Limits : Limits with { Enabled = false });
    }
}
