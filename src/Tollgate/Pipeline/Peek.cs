using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Json;

namespace Tollgate.Pipeline;

/// <summary>Reads from a JSON body what routing needs, in one pass without allocation, and refuses what no provider should see.</summary>
internal static class Peek
{
    /// <summary>Null when the body can go on.</summary>
    internal static Refusal? Read(GatewayRequest request)
    {
        var body = request.Body.Span;
        if (!JsonHead.TryRead(body, request.Model.Names, request.Members, out var fault)) return Refuse(fault, body);

        var model = request.Member(BodyNames.Model);
        if (model.Exists && !JsonHead.IsNull(model.Value(body)))
        {
            if (!JsonHead.TryGetString(model.Value(body), out var name)) return new Refusal(GatewayErrorKinds.InvalidRequest, "'model' must be a string", "model");
            request.BodyModel = name;
            request.NameOutgoing(name);
        }

        var stream = request.Member(BodyNames.Stream);
        request.WantsStream = stream.Exists && JsonHead.IsTrue(stream.Value(body));
        return null;
    }

    private static Refusal Refuse(JsonFault fault, ReadOnlySpan<byte> body) => new(
        fault.Problem == JsonProblem.DuplicateName ? GatewayErrorKinds.DuplicateKey : GatewayErrorKinds.MalformedJson,
        body.IsEmpty ? "The request has no body: send a JSON object." : fault.Describe(body));
}
