using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Translators;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Translation;

/// <summary>
/// Makes the calls of an exchange, some side by side, and answers when all of them have been answered; the first failure ends the rest.
/// <code>
///   calls ──► message ──► sign ──► send ──► whole body ─┐
///                    (up to 8 at a time)                ├──► fold ──► client
///   calls ──► message ──► sign ──► send ──► whole body ─┘
/// </code>
/// One deadline holds for all: <c>timeouts.total</c>.
/// </summary>
internal sealed class ExchangeRunner(GatewayRequest request, TransferPlan plan)
{
    private const int SideBySide = 8;
    private const int Largest = 64 * 1024 * 1024;

    private readonly ExchangePlan _exchange = plan.Exchange!;
    private readonly List<Task<CallResult>> _running = [];
    private long _received;

    internal async ValueTask<AttemptOutcome> RunAsync()
    {
        request.Clock.Enter(WaitPhase.Headers, stream: false);
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(request.Clock.Token);
        var results = new List<CallResult>();
        try
        {
            var failed = await CallAllAsync(results, rest.Token).ConfigureAwait(false);

            // The others are ended after it: what ends them would end the reading of its body as well.
            if (failed is not null) return await FailAsync(failed).ConfigureAwait(false);
            return await AnswerAsync([.. results.OrderBy(r => r.Index)]).ConfigureAwait(false);
        }
        finally
        {
            await rest.CancelAsync().ConfigureAwait(false);
            results.AddRange(await Task.WhenAll(_running).ConfigureAwait(false));
            foreach (var result in results.Where(r => !r.IsHeld)) result.Response?.Dispose();
        }
    }

    /// <summary>The first failure, or null when every call has its answer.</summary>
    private async ValueTask<CallResult?> CallAllAsync(List<CallResult> results, CancellationToken cancellationToken)
    {
        for (var next = 0; next < _exchange.Calls.Count || _running.Count > 0;)
        {
            if (next < _exchange.Calls.Count && _running.Count < SideBySide)
            {
                // Messages are made one after the other, here: the client's headers are not for several threads.
                var call = _exchange.Calls[next];
                var message = new UpstreamRequest();
                AttemptExecutor.Fill(message, request, call);
                _running.Add(CallAsync(next++, call, message, cancellationToken));
                continue;
            }

            var done = await Task.WhenAny(_running).ConfigureAwait(false);
            _running.Remove(done);
            var result = await done.ConfigureAwait(false);
            results.Add(result);
            if (result.Answer is null) return result;
        }

        return null;
    }

    /// <summary>Never throws: what goes wrong is in the result.</summary>
    private async Task<CallResult> CallAsync(int index, TransferPlan call, UpstreamRequest message, CancellationToken cancellationToken)
    {
        UpstreamResponse? response = null;
        try
        {
            if (await Signing.ApplyAsync(request, message, call).ConfigureAwait(false) is { } unsigned) return new CallResult(index) { Outcome = unsigned };
            response = await call.Transport.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccess) return new CallResult(index) { Response = response };
            var body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            return new CallResult(index) { Response = response, Answer = new UpstreamAnswer(body) { InputTokens = Count(response, "x-amzn-bedrock-input-token-count"), OutputTokens = Count(response, "x-amzn-bedrock-output-token-count") } };
        }
        catch (Exception e) when (Upstream.IsFailure(e))
        {
            return new CallResult(index) { Response = response, Outcome = Upstream.Classify(e, request, plan.Provider) };
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(UpstreamResponse response, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        var source = Upstream.Decode(response, out _);
        await using (source.ConfigureAwait(false))
        {
            while (true)
            {
                var read = await source.ReadAsync(body.GetMemory(4096), cancellationToken).ConfigureAwait(false);
                if (read == 0) return body.WrittenMemory;
                body.Advance(read);
                if (Interlocked.Add(ref _received, read) > Largest) throw new InvalidDataException("it is larger than 64 MB");
            }
        }
    }

    private async ValueTask<AttemptOutcome> FailAsync(CallResult failed)
    {
        if (failed.Outcome is { } outcome) return outcome;
        var response = failed.Response!;
        request.Record.ProviderStatus = response.Status;
        request.AskedRest = RetryAfter.Of(response, request.Time.GetUtcNow());
        if (plan.HoldsErrors && response.Status >= 400)
        {
            failed.IsHeld = true;
            return await ErrorRelay.HoldAsync(request, response, plan).ConfigureAwait(false);
        }

        return await ErrorRelay.RelayAsync(request, response, plan).ConfigureAwait(false);
    }

    private async ValueTask<AttemptOutcome> AnswerAsync(CallResult[] results)
    {
        var record = request.Record;
        var output = new ArrayBufferWriter<byte>(4096);
        try
        {
            var context = new ExchangeContext(record.RequestId, record.ServedModel ?? request.AskedModel, record.Start.ToUnixTimeSeconds());
            record.Usage = _exchange.Exchange.Fold(output, [.. results.Select(r => r.Answer!)], context);
        }
        catch (ExchangeRefusedException e)
        {
            return new AttemptOutcome(GatewayErrorKinds.InvalidRequest, $"provider '{plan.Provider.Name}': {e.Message}", Culprit.Provider);
        }
        catch (FormatException e)
        {
            return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' sent an answer that cannot be read: {e.Message}");
        }

        if (!request.Claim()) return AttemptOutcome.Outrun;
        var http = request.Context.Response;
        http.StatusCode = record.Status = StatusCodes.Status200OK;
        record.ProviderHeaders = request.Elapsed;
        Tell(record);
        if (results.Length > 0) record.ProviderStatus = results[0].Response!.Status;
        ResponseHeaders.Copy(request, results.Length > 0 ? results[0].Response : null, plan.Provider.Name);
        record.Dropped = [.. _exchange.Dropped, .. LeftOut()];
        CostMeter.Tell(request);
        if (Translation.Header(record.Dropped) is { } dropped) http.Headers["x-tollgate-dropped"] = dropped;
        if (_exchange.Exchange.Estimated is { } estimated) http.Headers["x-tollgate-estimated"] = estimated;
        http.ContentType = _exchange.Exchange.ContentType;
        http.ContentLength = record.BytesOut = output.WrittenCount;
        request.Capture(output.WrittenSpan);
        request.Clock.Pause(); // what is waited for from here on is the client
        await http.BodyWriter.WriteAsync(output.WrittenMemory, request.Context.RequestAborted).ConfigureAwait(false);
        return AttemptOutcome.Done;
    }

    /// <summary>What an answer of chat says of itself.</summary>
    private void Tell(RequestRecord record)
    {
        if (_exchange.Exchange.Whole is not { } whole) return;
        (record.ResponseId, record.ResponseModel) = (whole.Id, whole.Model);
        record.FinishReason = whole.Choices is [var first, ..] ? first.NativeFinish : null;
    }

    private IEnumerable<FidelityEntry> LeftOut() =>
        _exchange.Exchange.Unsaid?.Entries.Where(e => e.Rule.Outcome == FidelityOutcome.Dropped && _exchange.Dropped.All(d => d.Name != e.Name)).DistinctBy(e => e.Name, StringComparer.Ordinal) ?? [];

    private static long? Count(UpstreamResponse response, string header) =>
        long.TryParse(response.Headers.Find(header), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>What became of one call. Without an answer it has failed: with the outcome, else with the response's status.</summary>
    private sealed class CallResult(int index)
    {
        internal int Index { get; } = index;

        internal UpstreamResponse? Response { get; init; }

        internal UpstreamAnswer? Answer { get; init; }

        internal AttemptOutcome? Outcome { get; init; }

        /// <summary>True: the response belongs to whoever holds the error.</summary>
        internal bool IsHeld { get; set; }
    }
}
