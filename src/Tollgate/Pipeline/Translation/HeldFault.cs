using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Errors;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Translation;

/// <summary>An error of another dialect that came instead of an answer, under a good status: the client gets it with the status that it stands for.</summary>
internal sealed class HeldFault(UpstreamResponse response, TransferPlan plan, ChatEvent error) : HeldAnswer(response)
{
    internal override async ValueTask WriteAsync(GatewayRequest request)
    {
        ResponseHeaders.Copy(request, Response, plan.Provider.Name);
        if (plan.Translation?.Announcement is { } dropped) request.Context.Response.Headers["x-tollgate-dropped"] = dropped;
        request.Record.ErrorCode = "provider_error";
        var status = error.Index is >= 400 and <= 599 ? error.Index : StatusCodes.Status502BadGateway;
        var body = new ArrayBufferWriter<byte>(512);
        ErrorBody.WriteWrapped(body, request.Family, status, Encoding.UTF8.GetBytes(error.Text ?? ""), "text/plain", request.Record.RequestId);
        await ErrorWriter.WriteAsync(request.Context, request.Family, status, body.WrittenMemory, request.Record).ConfigureAwait(false);
    }
}
