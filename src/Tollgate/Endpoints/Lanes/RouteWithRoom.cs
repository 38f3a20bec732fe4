using Tollgate.Limits.Admitting;
using Tollgate.Pipeline;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>From a model to the one backend that is asked, for lanes that make one attempt: admitted, and with a quota that has room.</summary>
internal sealed class RouteWithRoom(Router router, Admissions admissions)
{
    /// <param name="request">The request.</param>
    /// <param name="model">The model that it names outside the header; null when it names none.</param>
    internal ValueTask<(Backend? Backend, Refusal? Refusal)> RouteAsync(GatewayRequest request, string? model)
    {
        var choice = router.Route(request, model);
        return choice.Backend is { } backend && Admissions.Concern(request) ? AdmitAsync(request, model, backend) : new(choice);
    }

    private async ValueTask<(Backend? Backend, Refusal? Refusal)> AdmitAsync(GatewayRequest request, string? model, Backend first)
    {
        if (await admissions.AdmitAsync(request, first.Provider, first.Model).ConfigureAwait(false) is { } full) return (null, full);
        var spent = new List<Backend>();
        Refusal? soonest = null;
        for (var next = (Backend?)first; next is not null; (next, _) = router.Route(request, model, null, spent))
        {
            if (await admissions.TakeQuotaAsync(request, next.Provider, next.Model ?? request.AskedModel).ConfigureAwait(false) is not { } refusal) return (next, null);
            soonest = LimitRefusal.Sooner(soonest, refusal);
            spent.Add(next);
        }

        return (null, soonest);
    }
}
