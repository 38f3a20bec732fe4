using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>Base URL and path, and nothing else.</summary>
internal sealed class DirectEnvelope : Envelope
{
    private readonly Uri?[] _targets;

    internal DirectEnvelope(Provider provider)
        : base(provider)
    {
        _targets = new Uri?[Operations.All.Count];
        foreach (var operation in Operations.All)
        {
            if (provider.Speaks(operation)) _targets[operation.Index] = Exactly(provider.BaseUrl + provider.PathOf(operation));
        }
    }

    internal override Uri Target(Operation operation, string model, bool stream, string query) =>
        query.Length == 0 ? _targets[operation.Index]! : Exactly(Provider.BaseUrl + Provider.PathOf(operation) + query);
}
