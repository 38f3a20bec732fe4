using Tollgate.Configuration;
using Tollgate.Protocols.Json;
using Tollgate.Routing.LoadBalancing;

namespace Tollgate.Model;

/// <summary>Works out what keeps the requests of a model together, and which members of a body must be found for that.</summary>
internal static class AffinityCompiler
{
    /// <summary>Members to find; none unless some model asks for it.</summary>
    internal static IEnumerable<string> Names(GatewayConfig config) =>
        config.Models.Any(m => m.Balance.Hash == HashSource.Session) ? SessionAffinity.Members : [];

    internal static AffinitySource? Compile(BalanceConfig balance, JsonNames names) => balance.Hash switch
    {
        HashSource.Header => new HeaderAffinity(balance.Header!),
        HashSource.Client => new ClientAffinity(),
        HashSource.Session => new SessionAffinity(names),
        _ => null,
    };
}
