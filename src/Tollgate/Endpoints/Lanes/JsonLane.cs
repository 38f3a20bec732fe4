using System.Runtime.CompilerServices;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Json;
using Tollgate.Reuse;

namespace Tollgate.Endpoints.Lanes;

/// <summary>Operations whose request is a JSON object.</summary>
internal sealed class JsonLane(AttemptLoop loop, ResponseOwners owners)
{
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
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

        // :: Steps 5 and 6: who answers, in which words it is asked, and who else if it fails.
        return await loop.RunAsync(request, Maker(request)).ConfigureAwait(false);
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
