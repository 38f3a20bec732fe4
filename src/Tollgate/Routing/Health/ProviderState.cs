using Tollgate.Routing.Flow;

namespace Tollgate.Routing.Health;

/// <summary>What counts at run time about one provider, whatever the model and the key.</summary>
internal sealed class ProviderState(string name, TimeProvider time)
{
    internal string Name { get; } = name;

    /// <summary>Lets in as many attempts at once as the operator allows.</summary>
    internal ProviderGate Gate { get; } = new(time);
}
