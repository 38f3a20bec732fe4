using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Authentication.Jwt;
using Tollgate.Configuration;
using Tollgate.Keys;

namespace Tollgate.Authentication;

/// <summary>What outlives generations of who may call: the keys made at run time and the key sets of issuers.</summary>
internal sealed class AuthenticationState(KeyRing ring, KeySetShelf keySets, TimeProvider time)
{
    internal KeyRing Ring => ring;

    /// <summary>For a configuration that serves nobody, such as a preview's.</summary>
    internal static AuthenticationState None(TimeProvider time) => new(new KeyRing(time), new KeySetShelf(time, NullLogger<KeySetShelf>.Instance), time);

    internal ClientDirectory Compile(GatewayConfig config) => new(config, ring, keySets.Verifier(config, ring), time);

    /// <summary>Called when a generation came into force.</summary>
    internal void Adopt(GatewayConfig config, ClientDirectory clients)
    {
        ring.Adopt(config);
        keySets.Adopt(clients.Tokens);
    }
}
