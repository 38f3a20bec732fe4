using Microsoft.AspNetCore.Http;
using Tollgate.Authentication;
using Tollgate.Limits.Admitting;
using Tollgate.Model;
using Tollgate.Pipeline;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// A stored response lives at the provider that made it. The gateway remembers which that was; after a restart it asks each
/// provider that has responses until one knows the id.
/// </summary>
internal sealed class StoredResponseLane(Attempts attempts, Admissions admissions, ResponseOwners owners)
{
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request, string rest)
    {
        if (ModelAccess.RefuseGuarded(request) is { } forbidden) return forbidden;
        if (ForwardLane.RefuseUnlessFits(request) is { } tooLarge) return tooLarge;
        var id = rest.TrimStart('/').Split('/')[0];
        var candidates = Candidates(request, Uri.UnescapeDataString(id), out var refusal);
        var isLimited = Admissions.Concern(request);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (isLimited && await admissions.AdmitCallAsync(request, candidates[i], null).ConfigureAwait(false) is { } full)
            {
                if (!request.Limits.IsAdmitted) return full;
                refusal = full; // of this provider: another one may have the response
                continue;
            }

            var plan = ForwardLane.Plan(request, candidates[i], rest) with { PassOver = i < candidates.Length - 1 ? StatusCodes.Status404NotFound : 0 };
            var outcome = await attempts.TryAsync(request, plan).ConfigureAwait(false);
            if (outcome != AttemptOutcome.PassedOver) return attempts.Conclude(request, outcome);
        }

        return refusal;
    }

    private Provider[] Candidates(GatewayRequest request, string id, out Refusal? refusal)
    {
        refusal = null;
        var providers = request.Model.Providers;
        if (owners.Find(id) is { } owner && providers.TryGetValue(owner, out var maker) && ForwardLane.Takes(request, maker)) return [maker];
        var speakers = providers.Values.Where(p => ForwardLane.Takes(request, p)).OrderBy(p => p != request.Model.Default).ThenBy(p => p.Name, StringComparer.Ordinal).ToArray();
        var named = request.Context.Request.Headers[ForwardLane.ProviderHeader].Count > 0;

        // A body can be streamed to one provider only.
        var asksOnce = named || speakers.Length == 0 || ForwardLane.HasBody(request.Context.Request);
        if (!asksOnce) return speakers;
        (var one, refusal) = ForwardLane.Choose(request);
        return one is null ? [] : [one];
    }
}
