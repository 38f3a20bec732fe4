using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tollgate.Catalog;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Embeddings;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Pipeline.Translation;

/// <summary>OpenAI's embeddings at Vertex AI, whose <c>:predict</c> has a grammar of its own.</summary>
internal static class EmbeddingsPlan
{
    internal static bool Serves(ProviderKind kind, Operation operation) =>
        operation == Operations.Embeddings && kind.Envelope == EnvelopeKind.VertexGemini;

    internal static (TransferPlan? Plan, Refusal? Refusal) Build(GatewayRequest request, Backend backend)
    {
        EmbeddingsRequest asked;
        try
        {
            asked = EmbeddingsRequest.Read(request.Body);
        }
        catch (ChatFormatException e)
        {
            return (null, new Refusal(GatewayErrorKinds.InvalidRequest, e.Message, e.Pointer.TrimStart('/')));
        }

        var log = new FidelityLog();
        var output = new ArrayBufferWriter<byte>(request.Body.Length + 256);
        GeminiEmbeddings.WriteRequest(output, asked, log);
        if (log.Refusal is { } refused)
        {
            return (null, new Refusal(GatewayErrorKinds.Unsupported, $"provider '{backend.Provider.Name}' cannot be asked for {refused.Rule.Field}: {refused.Rule.Note}", refused.Pointer.TrimStart('/')));
        }

        request.UseTranslated(output.WrittenMemory, backend.Model ?? request.AskedModel);
        return (JsonPlan.Build(request, backend, Operations.Embeddings) with { Embeddings = asked }, null);
    }

    internal static async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, HttpResponseMessage response, TransferPlan plan)
    {
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        var source = Upstream.Decode(response.Content, out _);
        await using (source.ConfigureAwait(false))
        {
            try
            {
                var body = await TranslatedAnswer.ReadAsync(request, source).ConfigureAwait(false);
                request.Record.Usage = GeminiEmbeddings.WriteResponse(output, body, plan.Embeddings!, request.Record.ServedModel!);
            }
            catch (FormatException e)
            {
                return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' sent an answer that cannot be read: {e.Message}");
            }
            catch (Exception e) when (Upstream.IsFailure(e))
            {
                return Upstream.Classify(e, request, plan.Provider);
            }
        }

        var http = request.Context.Response;
        http.StatusCode = request.Record.Status = StatusCodes.Status200OK;
        ResponseHeaders.Copy(request, response, plan.Provider.Name);
        http.ContentType = "application/json";
        http.ContentLength = request.Record.BytesOut = output.WrittenCount;
        request.Capture(output.WrittenSpan);
        await http.BodyWriter.WriteAsync(output.WrittenMemory, request.Context.RequestAborted).ConfigureAwait(false);
        return AttemptOutcome.Done;
    }
}
