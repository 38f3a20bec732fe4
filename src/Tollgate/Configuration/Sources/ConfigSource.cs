namespace Tollgate.Configuration.Sources;

/// <summary>Where a configuration comes from, and whether it has changed since it was last read.</summary>
internal abstract class ConfigSource
{
    /// <summary>Reads it.</summary>
    internal abstract LoadResult Load();

    /// <summary>True once for each change that has come to rest. Looks at it now.</summary>
    internal virtual bool HasChanged() => false;

    /// <summary>In words: a path, or where else it comes from.</summary>
    internal abstract string Name { get; }

    /// <summary>True when nobody wrote it: the environment was searched for providers.</summary>
    internal virtual bool IsDiscovered => false;
}

/// <summary>A configuration made in code.</summary>
internal sealed class FixedSource(GatewayConfig config) : ConfigSource
{
    internal override string Name => "code";

    internal override LoadResult Load() => new(config, []);
}

/// <summary>What the environment holds.</summary>
internal sealed class DiscoverySource(ConfigContext context) : ConfigSource
{
    internal override string Name => "the environment";

    internal override bool IsDiscovered => true;

    internal override LoadResult Load() => EnvironmentSource.Load(context);
}
