using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;

namespace Tollgate.Endpoints.Lanes;

/// <summary>Operations whose request is a form with files. OpenAI's image edits take either a form or JSON.</summary>
internal sealed class MultipartLane(RouteWithRoom router, Attempts attempts, JsonLane json)
{
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request)
    {
        var http = request.Context.Request;
        if (request.Operation == Operations.ImageEdits && MediaType.IsJson(http.ContentType))
        {
            return await json.RunAsync(request).ConfigureAwait(false);
        }

        var (upload, refusal) = await MultipartUpload.OpenAsync(http, request.Model.Config.MaxUpload, request.Context.RequestAborted).ConfigureAwait(false);
        if (upload is null) return refusal;
        await using (upload.ConfigureAwait(false))
        {
            try
            {
                var (backend, unrouted) = await router.RouteAsync(request, upload.Model).ConfigureAwait(false);
                if (backend is null) return unrouted;
                if (!upload.CanName) return new Refusal(GatewayErrorKinds.MissingModel, "the form has no field 'model': add one", "model");
                var model = backend.Model ?? request.AskedModel;
                request.Record.ServedModel = model;
                var query = QueryFilter.Clean(http.QueryString.Value);
                var target = backend.Provider.Envelope.Target(request.Operation, model, stream: false, query);
                return await attempts.RunAsync(request, new TransferPlan(backend.Provider, target, HttpMethod.Post, upload.ToContent(model), default, http.ContentType) { Backend = backend }).ConfigureAwait(false);
            }
            finally
            {
                request.Record.BytesIn = upload.BytesRead;
            }
        }
    }
}
