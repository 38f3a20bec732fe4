using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;

namespace Tollgate.Authentication.Jwt;

/// <summary>The key sets in use. They outlive a reload: a generation that names the same ones goes on with what was fetched.</summary>
internal sealed class KeySetShelf(TimeProvider time, ILogger<KeySetShelf> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HttpMessageInvoker _transport = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        MaxResponseHeadersLength = 32,
    });

    private ImmutableDictionary<JwksSource, KeySet> _running = ImmutableDictionary<JwksSource, KeySet>.Empty;

    /// <summary>What judges tokens in a generation; null when it takes none. Nothing is fetched before <see cref="Adopt"/>.</summary>
    internal TokenVerifier? Verifier(GatewayConfig config, Keys.KeyRing ring)
    {
        if (config.Authentication.Jwt.IsEmpty) return null;
        var sets = config.Authentication.Jwt.Select(j => j.Keys).Distinct().ToImmutableDictionary(s => s, s => _running.GetValueOrDefault(s) ?? new KeySet(KeySource.Of(s, _transport), time, logger));
        return new TokenVerifier(config.Authentication.Jwt, sets, ring, time);
    }

    /// <summary>Begins to fetch what a generation that came into force needs, and ends what it does not.</summary>
    internal void Adopt(TokenVerifier? verifier)
    {
        lock (_lock)
        {
            var before = _running;
            _running = verifier?.KeySets ?? ImmutableDictionary<JwksSource, KeySet>.Empty;
            foreach (var (source, set) in before)
            {
                if (_running.GetValueOrDefault(source) != set) set.Dispose();
            }

            foreach (var set in _running.Values) set.Start();
        }
    }

    public void Dispose()
    {
        Adopt(null);
        _transport.Dispose();
    }
}
