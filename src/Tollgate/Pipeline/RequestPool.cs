using Microsoft.Extensions.ObjectPool;
using Tollgate.Hosting;

namespace Tollgate.Pipeline;

/// <summary>Requests that are used again. Whoever gives one back has reset it.</summary>
internal sealed class RequestPool(Drain drain)
{
    private const int MostKept = 1024;

    private readonly DefaultObjectPool<GatewayRequest> _pool = new(new Policy(drain), MostKept);

    internal GatewayRequest Get() => _pool.Get();

    internal void Return(GatewayRequest request) => _pool.Return(request);

    private sealed class Policy(Drain drain) : PooledObjectPolicy<GatewayRequest>
    {
        public override GatewayRequest Create()
        {
            var request = new GatewayRequest();
            drain.Watch(request);
            return request;
        }

        public override bool Return(GatewayRequest obj) => true;
    }
}
