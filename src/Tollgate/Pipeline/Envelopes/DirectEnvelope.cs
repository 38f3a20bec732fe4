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
            if (provider.Speaks(operation)) _targets[operation.Index] = Exactly(Join(provider.BaseUrl, provider.PathOf(operation)));
        }
    }

    internal override Uri Target(Operation operation, string model, bool stream, string query) =>
        query.Length == 0 ? _targets[operation.Index]! : Exactly(Join(Provider.BaseUrl, Provider.PathOf(operation)) + query);

    internal override Uri CallTarget(string model, string verb) => Exactly(Join(Provider.BaseUrl, verb));

    /// <summary>A path that begins with <c>..</c> lies beside the last segment of the base, as vLLM's /tokenize beside /v1.</summary>
    private static string Join(string baseUrl, string path)
    {
        if (!path.StartsWith("../", StringComparison.Ordinal)) return baseUrl + path;
        var root = baseUrl.IndexOf('/', baseUrl.IndexOf("://", StringComparison.Ordinal) + 3);
        return (root < 0 ? baseUrl : baseUrl[..baseUrl.LastIndexOf('/')]) + path[2..];
    }
}
