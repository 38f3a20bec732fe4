using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Authentication.Jwt;
using Tollgate.Configuration;
using Tollgate.Hosting;
using Tollgate.Keys;

namespace Tollgate.Authentication;

/// <summary>What outlives generations of who may call: the keys made at run time and the key sets of issuers.</summary>
internal sealed class AuthenticationState(KeyRing ring, KeySetShelf keySets, TimeProvider time, StateDirectory? state = null)
{
    internal KeyRing Ring => ring;

    /// <summary>For a configuration that serves nobody, such as a preview's.</summary>
    internal static AuthenticationState None(TimeProvider time) => new(new KeyRing(time), new KeySetShelf(time, NullLogger<KeySetShelf>.Instance), time);

    /// <summary>True when callers can bring limits that no configuration knows of: tokens their team's, keys made at run time their own.</summary>
    internal bool MayBringLimits(GatewayConfig config) =>
        !config.Authentication.Jwt.IsEmpty || (config.KeyStore is { } store ? store.Reveal() != "off" : config.StateDir is not null || state is not null);

    internal ClientDirectory Compile(GatewayConfig config) => new(config, ring, keySets.Verifier(config, ring), time);

    /// <summary>Called when a generation came into force.</summary>
    internal void Adopt(GatewayConfig config, ClientDirectory clients)
    {
        ring.Adopt(config);
        keySets.Adopt(clients.Tokens);
    }
}
