using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Telemetry;

namespace Tollgate.Routing.Health;

/// <summary>
/// Keeps the state of providers, keys and backends over reloads: a new generation finds it again by name, and what no generation
/// names any more is let go.
/// </summary>
internal sealed class StateShelf(TimeProvider time, Func<double> chance, ILogger? logger = null)
{
    private volatile Content _content = new();

    /// <summary>Backends of the generation in force.</summary>
    internal IReadOnlyCollection<BackendState> Backends => _content.Backends.Values;

    /// <summary>Providers of the generation in force.</summary>
    internal IReadOnlyCollection<ProviderState> Providers => _content.Providers.Values;

    /// <summary>For compiling one generation. Nothing changes until <see cref="Draft.Commit"/>.</summary>
    internal Draft Begin() => new(this);

    private sealed class Content
    {
        internal Dictionary<string, ProviderState> Providers { get; } = new(StringComparer.Ordinal);

        internal Dictionary<(string Provider, string Identity), KeyState> Keys { get; } = [];

        internal Dictionary<(string Provider, string Model, KeyState Key), BackendState> Backends { get; } = [];
    }

    /// <summary>What one generation takes from the shelf.</summary>
    internal sealed class Draft(StateShelf shelf)
    {
        private readonly Content _next = new();
        private readonly List<Action> _settings = [];

        /// <param name="provider">Its name.</param>
        /// <param name="limits">How much at once.</param>
        internal ProviderState Provider(string provider, FlowConfig limits)
        {
            var state = shelf._content.Providers.GetValueOrDefault(provider) ?? new ProviderState(provider, shelf.Time);
            _settings.Add(() => state.Gate.Configure(limits));
            return _next.Providers[provider] = state;
        }

        /// <param name="provider">Name of its provider.</param>
        /// <param name="identity">What tells this key from others, as long as it is the same: a hash, or a path.</param>
        /// <param name="name">Its place in the configuration.</param>
        /// <param name="health">The provider's limits.</param>
        internal KeyState Key(string provider, string identity, string name, HealthConfig health)
        {
            var state = shelf._content.Keys.GetValueOrDefault((provider, identity)) ?? shelf.NewKey(provider, name);
            _settings.Add(() => state.Configure(name, health));
            return _next.Keys[(provider, identity)] = state;
        }

        /// <param name="provider">Name of its provider.</param>
        /// <param name="model">Model sent to it, or the route's glob.</param>
        /// <param name="key">The key that it is asked with.</param>
        /// <param name="health">The provider's limits.</param>
        internal BackendState Backend(string provider, string model, KeyState key, HealthConfig health)
        {
            if (_next.Backends.TryGetValue((provider, model, key), out var shared)) return shared;
            var state = shelf._content.Backends.GetValueOrDefault((provider, model, key)) ?? shelf.NewBackend(provider, model, key);
            _settings.Add(() => state.Circuit.Configure(health));
            return _next.Backends[(provider, model, key)] = state;
        }

        /// <summary>The generation takes effect.</summary>
        internal void Commit()
        {
            foreach (var apply in _settings) apply();
            shelf._content = _next;
        }
    }

    private TimeProvider Time => time;

    private KeyState NewKey(string provider, string name)
    {
        var state = new KeyState(name, time, chance);
        if (logger is not null) state.Circuit.Changed += rest => Tell($"{state.Name} of provider '{provider}'", rest, null);
        return state;
    }

    private BackendState NewBackend(string provider, string model, KeyState key)
    {
        var state = new BackendState(provider, model, key, time, chance);
        if (logger is not null) state.Circuit.Changed += rest => Tell($"provider '{provider}', model '{model}'", rest, state.LastFailure);
        return state;
    }

    private void Tell(string what, TimeSpan rest, BackendFailure? failure)
    {
        if (rest > TimeSpan.Zero) Log.CircuitOpened(logger!, what, rest.TotalSeconds, failure?.Error ?? "it was refused");
        else Log.CircuitClosed(logger!, what);
    }
}
