using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Errors;

namespace Tollgate.Pipeline.Translation;

/// <summary>Turns a provider's answer into the client's dialect.</summary>
internal static class TranslatedAnswer
{
    private const int Largest = 64 * 1024 * 1024;

    internal static async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, HttpResponseMessage response, TransferPlan plan, bool isStream)
    {
        var http = request.Context.Response;
        var source = Upstream.Decode(response.Content, out _);
        await using (source.ConfigureAwait(false))
        {
            http.StatusCode = request.Record.Status = StatusCodes.Status200OK;
            ResponseHeaders.Copy(request, response, plan);
            Announce(request, plan.Translation!, null);
            if (request.WantsStream) Streaming(http);
            if (request.WantsStream && isStream)
            {
                using var pump = new TranslatePump(request, source, plan);
                return await pump.RunAsync().ConfigureAwait(false);
            }

            return await WholeAsync(request, source, plan).ConfigureAwait(false);
        }
    }

    /// <summary>Writes down what was left out, and tells the client while the headers can still be changed.</summary>
    internal static void Announce(GatewayRequest request, Translation translation, FidelityLog? answer)
    {
        request.Record.Dropped = translation.Dropped(answer);
        if (!request.Context.Response.HasStarted && Translation.Header(request.Record.Dropped) is { } dropped) request.Context.Response.Headers["x-tollgate-dropped"] = dropped;
    }

    internal static AnswerContext Context(GatewayRequest request, TransferPlan plan) =>
        new(request.Record.RequestId, request.Record.ServedModel ?? request.AskedModel, request.Record.Start.ToUnixTimeSeconds(), plan.Translation!.Request);

    private static void Streaming(HttpResponse http)
    {
        http.ContentType = "text/event-stream";
        http.Headers.CacheControl = "no-cache";
        http.Headers["x-accel-buffering"] = "no";
    }

    private static async ValueTask<AttemptOutcome> WholeAsync(GatewayRequest request, Stream source, TransferPlan plan)
    {
        var translation = plan.Translation!;
        var events = new List<ChatEvent>();
        try
        {
            var body = await ReadAsync(request, source, request.Translations.Answer()).ConfigureAwait(false);
            translation.Upstream.ReadResponse(body, translation.Request, events);
        }
        catch (FormatException e)
        {
            return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' sent an answer that cannot be read: {e.Message}");
        }
        catch (Exception e) when (Upstream.IsFailure(e))
        {
            return Upstream.Classify(e, request, plan.Provider);
        }

        var answer = new ChatResponse();
        foreach (var step in events) answer.Add(step);
        (request.Record.Usage, request.Record.ResponseModel) = (answer.Usage, answer.Model);
        if (answer.Error is { } error) return await ProviderErrorAsync(request, error).ConfigureAwait(false);
        var output = request.Translations.Output();
        var context = Context(request, plan);
        if (request.WantsStream)
        {
            // Asked for a stream, the provider answered in one piece: the client still gets its stream.
            var writer = translation.Client.CreateEventWriter(context);
            foreach (var step in events) writer.Write(step, output);
            request.Record.TimeToFirstToken = request.Elapsed;
        }
        else
        {
            translation.Client.WriteResponse(output, answer, context);
            request.Context.Response.ContentType = "application/json";
            request.Context.Response.ContentLength = output.WrittenCount;
        }

        Announce(request, translation, context.Log);
        request.Record.Stream = request.WantsStream;
        request.Record.BytesOut = output.WrittenCount;
        request.Capture(output.WrittenSpan);
        await request.Context.Response.BodyWriter.WriteAsync(output.WrittenMemory, request.Context.RequestAborted).ConfigureAwait(false);
        return AttemptOutcome.Done;
    }

    /// <summary>An error that came instead of an answer, before anything went out.</summary>
    internal static async ValueTask<AttemptOutcome> ProviderErrorAsync(GatewayRequest request, ChatEvent error)
    {
        var headers = request.Context.Response.Headers;
        headers.Remove("cache-control");
        headers.Remove("x-accel-buffering");
        request.Record.ErrorCode = "provider_error";
        var status = error.Index is >= 400 and <= 599 ? error.Index : StatusCodes.Status502BadGateway;
        var body = new ArrayBufferWriter<byte>(512);
        ErrorBody.WriteWrapped(body, request.Family, status, System.Text.Encoding.UTF8.GetBytes(error.Text ?? ""), "text/plain", request.Record.RequestId);
        await ErrorWriter.WriteAsync(request.Context, request.Family, status, body.WrittenMemory, request.Record).ConfigureAwait(false);
        return AttemptOutcome.Done;
    }

    internal static ValueTask<ReadOnlyMemory<byte>> ReadAsync(GatewayRequest request, Stream source) => ReadAsync(request, source, new ArrayBufferWriter<byte>(4096));

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(GatewayRequest request, Stream source, ArrayBufferWriter<byte> body)
    {
        while (true)
        {
            request.Clock.Enter(WaitPhase.Idle, stream: false);
            var read = await source.ReadAsync(body.GetMemory(1024), request.Clock.Token).ConfigureAwait(false);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > Largest) throw new InvalidDataException("it is larger than 64 MB");
        }
    }
}
