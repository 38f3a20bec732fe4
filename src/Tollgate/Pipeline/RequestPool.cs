using Tollgate.Hosting;
using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>Requests that are used again. Whoever gives one back has reset it.</summary>
internal sealed class RequestPool(Drain drain)
{
    private readonly NearPool<GatewayRequest> _pool = new(() => Create(drain));

    internal GatewayRequest Get() => _pool.Get();

    internal void Return(GatewayRequest request) => _pool.Return(request);

    private static GatewayRequest Create(Drain drain)
    {
        var request = new GatewayRequest();
        drain.Watch(request);
        return request;
    }
}
