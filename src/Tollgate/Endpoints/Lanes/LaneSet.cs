using Tollgate.Endpoints.Usage;
using Tollgate.Pipeline;
using Tollgate.Protocols;

namespace Tollgate.Endpoints.Lanes;

/// <summary>The ways through the gateway.</summary>
internal sealed class LaneSet(JsonLane json, MultipartLane multipart, ForwardLane forward, StoredResponseLane stored, RealtimeLane realtime, ClientUsage usage)
{
    internal JsonLane Json { get; } = json;

    internal ForwardLane Forward { get; } = forward;

    internal StoredResponseLane Stored { get; } = stored;

    internal RealtimeLane Realtime { get; } = realtime;

    internal ClientUsage Usage { get; } = usage;

    internal Lane Of(Operation operation) => operation.Body == BodyKind.Multipart ? multipart.RunAsync : Json.RunAsync;
}
