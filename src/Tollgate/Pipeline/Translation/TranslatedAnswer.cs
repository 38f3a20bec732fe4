using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering;
using Tollgate.Pipeline.Resuming;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Errors;
using Tollgate.Reuse;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Translation;

/// <summary>Turns a provider's answer into the client's dialect.</summary>
internal static class TranslatedAnswer
{
    private const int Largest = 64 * 1024 * 1024;

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal static async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan, bool isStream)
    {
        var source = Upstream.Decode(response, out _);
        await using (source.ConfigureAwait(false))
        {
            if (!request.WantsStream || !isStream) return await WholeAsync(request, response, source, plan).ConfigureAwait(false);
            request.Record.Stream = true;
            using var client = new ClientStream(request, Head(response, plan), holds: true);
            var resumable = ResumableStream.Open(request, plan, client);
            using var flow = new TranslateFlow(request, response, plan, resumable);
            try
            {
                return await new StreamPump(request, source, flow, client, plan, resumable).RunAsync().ConfigureAwait(false);
            }
            finally
            {
                request.Record.SkippedEvents = flow.Skipped;
                request.Record.Dropped = plan.Translation!.Dropped(flow.Unsaid);
            }
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

    /// <summary>What an error says about another attempt.</summary>
    internal static FailureClass ClassOf(in ChatEvent error) => Failures.Of(error.Index, Encoding.UTF8.GetBytes(error.Name + " " + error.Text));

    /// <summary>A failure as the last event of a stream.</summary>
    internal static ChatEvent ErrorOf(AttemptOutcome outcome) =>
        new(ChatEventKind.Error) { Name = outcome.Failure!.Code, Text = outcome.Detail, Index = outcome.Failure.Status };

    private static ResponseHead Head(UpstreamResponse response, TransferPlan plan) =>
        new(response, plan.Provider.Name) { IsRewritten = true, IsDecoded = true, Dropped = plan.Translation!.Announcement };

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<AttemptOutcome> WholeAsync(GatewayRequest request, UpstreamResponse response, Stream source, TransferPlan plan)
    {
        var translation = plan.Translation!;
        var events = request.Translations.Events();
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
        (request.Record.ResponseId, request.Record.FinishReason) = (answer.Id, answer.Choices is [var first, ..] ? first.NativeFinish : null);
        if (answer.Error is { } error) return new AttemptOutcome(null, null, Culprit.Provider) { Class = ClassOf(error), Held = new HeldFault(response, plan, error) };
        if (!request.Claim()) return AttemptOutcome.Outrun;
        if (request.WantsStream) await StreamAsync(request, response, plan, events).ConfigureAwait(false);
        else await WriteAsync(request, response, plan, answer).ConfigureAwait(false);
        return AttemptOutcome.Done;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    private static async ValueTask WriteAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan, ChatResponse answer)
    {
        if (request.Model.Config.CostReport.Usage && request.Record.Usage.IsKnown) answer.Add(CostMeter.Priced(request, new ChatEvent(ChatEventKind.Usage) { Usage = answer.Usage }));
        var output = request.Translations.Output();
        var context = Context(request, plan);
        plan.Translation!.Client.WriteResponse(output, answer, context);
        var http = request.Context.Response;
        http.StatusCode = request.Record.Status = StatusCodes.Status200OK;
        ResponseHeaders.Copy(request, response, plan.Provider.Name);
        Announce(request, plan.Translation, context.Log);
        http.ContentType = "application/json";
        http.ContentLength = request.Record.BytesOut = output.WrittenCount;
        CostMeter.Tell(request);
        request.Capture(output.WrittenSpan);
        await http.BodyWriter.WriteAsync(output.WrittenMemory, request.Context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Asked for a stream, the provider answered in one piece: the client still gets its stream.</summary>
    private static async ValueTask StreamAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan, List<ChatEvent> events)
    {
        var context = Context(request, plan);
        var writer = plan.Translation!.Client.CreateEventWriter(context);
        var output = request.Translations.Output();
        foreach (var step in events) writer.Write(CostMeter.Priced(request, step), output);
        request.Record.Dropped = plan.Translation.Dropped(context.Log);

        // All of it is known before the first byte goes out, so the header can tell of all.
        using var client = new ClientStream(request, Head(response, plan) with { Dropped = Translation.Header(request.Record.Dropped) }, holds: false);
        client.Write(output.WrittenSpan);
        request.Record.TimeToFirstToken = request.Elapsed;
        request.Record.Stream = true;
        await client.FlushAsync().ConfigureAwait(false);
    }

    internal static ValueTask<ReadOnlyMemory<byte>> ReadAsync(GatewayRequest request, Stream source) => ReadAsync(request, source, new ArrayBufferWriter<byte>(4096));

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
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
