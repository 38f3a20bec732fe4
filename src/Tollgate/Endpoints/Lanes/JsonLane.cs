using System.Runtime.CompilerServices;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Json;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>Operations whose request is a JSON object.</summary>
internal sealed class JsonLane(Router router, Attempts attempts, ResponseOwners owners)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request)
    {
        // :: Step 3: the whole body, once.
        if (MediaType.RefuseUnlessJson(request.Context.Request) is { } unreadable) return unreadable;
        var limit = request.Model.Config.MaxRequestBody;
        if (await RequestBody.ReadAsync(request, limit, request.Context.RequestAborted).ConfigureAwait(false) == BodyRead.TooLarge)
        {
            return new Refusal(GatewayErrorKinds.RequestTooLarge, $"the body is larger than {ErrorWriter.Megabytes(limit)} (maxRequestBody)");
        }

        // :: Step 4: what routing needs.
        if (Peek.Read(request) is { } refusal) return refusal;

        // :: Step 5: who answers, and in which words it is asked.
        var (plan, unanswered) = Plan(request);
        if (plan is null) return unanswered;

        // :: Step 6: the attempt.
        var outcome = await attempts.TryAsync(request, plan.Value).ConfigureAwait(false);
        return attempts.Conclude(request, outcome);
    }

    /// <summary>A backend that cannot say what is asked is passed over; when none can, the first one's reason is the answer.</summary>
    private (TransferPlan? Plan, Refusal? Refusal) Plan(GatewayRequest request)
    {
        List<Backend>? refused = null;
        Refusal? first = null;
        while (true)
        {
            var (backend, unrouted) = router.Route(request, request.BodyModel, Maker(request), refused);
            if (backend is null) return (null, first ?? unrouted);
            if (backend.Provider.Speaks(request.Operation)) return (Own(request, backend), null);
            var (plan, refusal) = TranslatePlan.Build(request, backend);
            if (plan is not null || refusal!.Kind != GatewayErrorKinds.Unsupported) return (plan, refusal);
            first ??= refusal;
            (refused ??= []).Add(backend);
        }
    }

    private static TransferPlan Own(GatewayRequest request, Backend backend)
    {
        if (request.Chat is not null) request.UseOwn(); // an earlier candidate's translation was in its place
        return JsonPlan.Build(request, backend, request.Operation);
    }

    /// <summary>A response that builds on a stored one goes to the provider that has it.</summary>
    private Provider? Maker(GatewayRequest request)
    {
        if (request.Operation.Family != ApiFamily.OpenAI) return null;
        var previous = request.Member(BodyNames.PreviousResponseId);
        if (!previous.Exists || !JsonHead.TryGetString(previous.Value(request.Body.Span), out var id)) return null;
        return owners.Find(id!) is { } name ? request.Model.Providers.GetValueOrDefault(name) : null;
    }
}
