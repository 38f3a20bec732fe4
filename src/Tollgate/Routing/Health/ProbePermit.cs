namespace Tollgate.Routing.Health;

/// <summary>The right to be the one request that tries what was out: a backend, its key, or both. Default: none was needed.</summary>
/// <param name="Backend">Number of the probe of the backend's circuit; 0: none.</param>
/// <param name="Key">Number of the probe of the key's circuit; 0: none.</param>
internal readonly record struct ProbePermit(long Backend, long Key);
