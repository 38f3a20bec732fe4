using System.Runtime.CompilerServices;
using Tollgate.Configuration;
using Tollgate.Model;
using Tollgate.Pipeline.Resuming;
using Tollgate.Protocols.Errors;
using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>
/// Streams an answer, and is the only place that does its I/O:
/// <code>
///   provider ──read──► frames ──flow──► client      one flush for each read
/// </code>
/// Whole frames only go on, so that whatever breaks, the client never has half an event before the error. While another attempt could be
/// made nothing goes out before the first content.
/// </summary>
internal sealed class StreamPump(GatewayRequest request, Stream source, FrameFlow flow, ClientStream client, TransferPlan plan, ResumableStream? resumable)
{
    private const int ReadSize = 16 * 1024;
    private const int MostHeldFrames = 64;

    private readonly Provider _provider = plan.Provider;
    private readonly bool _mayRetry = plan.MayRetry;
    private readonly KeepAliveConfig? _keepAlive = KeepAlive.For(request, plan);
    private long _sent;
    private bool _hasLeft;

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync()
    {
        if (_keepAlive is { } alive) request.Quiet.Begin(request.Time, alive.Interval);
        while (true)
        {
            int read;
            try
            {
#pragma warning disable CA2012 // It is looked at from outside until it has ended, and taken once.
                var reading = BeginRead();
#pragma warning restore CA2012
                if (!reading.IsCompletedSuccessfully)
                {
                    request.Clock.Enter(Phase, stream: true);
                    while (_keepAlive is { } quiet && !await request.Quiet.WaitAsync(reading).ConfigureAwait(false)) await KeepAliveAsync(quiet).ConfigureAwait(false);
                }

                read = await reading.ConfigureAwait(false);
                flow.Input.Advance(read);
            }
            catch (Exception e) when (Upstream.IsFailure(e))
            {
                // A finished answer that gets no end mark in the time that it has for it ends all the same.
                if (!HasLingered) return await BreakAsync(Upstream.Classify(e, request, _provider)).ConfigureAwait(false);
                read = 0;
            }

            var isWhole = Take(read);
            if (Held() is { } held) return held;
            if (client.IsOutrun) return AttemptOutcome.Outrun;
            if (_keepAlive is not null) NoteSent();
            if (!await client.FlushAsync().ConfigureAwait(false)) return AttemptOutcome.ClientLeft;
            if (flow.Fault is { } told && resumable?.CanGoOn == true) return await BreakAsync(Broken("broke off with an error") with { Class = told }).ConfigureAwait(false);
            if (flow.SawEnd) return AttemptOutcome.Done; // some providers leave the connection open
            if (flow.IsCorrupt) return await BreakAsync(Broken("sent a damaged event stream")).ConfigureAwait(false);
            if (!isWhole) return await BreakAsync(Broken("ended its answer before it was complete")).ConfigureAwait(false);
            if (read == 0) return AttemptOutcome.Done;
        }
    }

    private bool HasLingered => flow.SawFinish && request.Clock.Phase == WaitPhase.Tail && request.Clock.Token.IsCancellationRequested && !request.Clock.ClientLeft;

    private ValueTask<int> BeginRead()
    {
        var buffer = flow.Input;
        if (buffer.IsFull) throw new InvalidDataException("an event is longer than 32 MB");
        return source.ReadAsync(buffer.GetMemory(ReadSize / 4), request.Clock.Token);
    }

    private WaitPhase Phase => flow.SawFinish ? WaitPhase.Tail : flow.SawContent ? WaitPhase.Idle : WaitPhase.FirstToken;

    /// <summary>
    /// What has come in whole has gone out whole, so this is between two frames. Before the commit point it gives up what is held back for
    /// another attempt's sake, if the operator would rather have the line kept.
    /// </summary>
    private async ValueTask KeepAliveAsync(KeepAliveConfig alive)
    {
        if (_hasLeft || !(client.IsCommitted || alive.BeforeCommit)) return;
        var isFirst = !client.IsCommitted;
        client.Commit();
        if (!client.IsCommitted) return;
        client.Write(isFirst ? KeepAlive.Comment : KeepAlive.Of(request.Operation));
        NoteSent();
        _hasLeft = !await client.FlushAsync().ConfigureAwait(false); // the read ends with it
        if (request.Clock.Phase == WaitPhase.Paused && !_hasLeft) request.Clock.Enter(Phase, stream: true);
    }

    private void NoteSent()
    {
        if (request.Record.BytesOut == _sent) return;
        _sent = request.Record.BytesOut;
        request.Quiet.Heard();
    }

    /// <summary>False when the provider has closed before its answer was whole.</summary>
    private bool Take(int read)
    {
        var isWhole = true;
        if (read > 0) flow.Pass(client);
        else isWhole = flow.End(client);

        // Whoever says so much without saying anything is believed: waiting has a bound.
        if (!client.IsCommitted && flow.Fault is null && (flow.Frames >= MostHeldFrames || client.IsFull)) client.Commit();
        return isWhole;
    }

    /// <summary>An error that came in the place of an answer: another attempt may do better.</summary>
    private AttemptOutcome? Held()
    {
        if (client.IsCommitted || flow.Fault is not { } fault) return null;
        if (flow.Hold(client, _mayRetry) is { } held) return new AttemptOutcome(null, null, Culprit.Provider) { Class = fault, Held = held };
        client.Commit();
        return null;
    }

    private AttemptOutcome Broken(string how) => AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{_provider.Name}' {how}");

    /// <summary>Tells the client in its dialect, in the stream, unless nothing has gone out yet: then the caller answers with a status.</summary>
    private async ValueTask<AttemptOutcome> BreakAsync(AttemptOutcome outcome)
    {
        if (outcome.Culprit == Culprit.Client || !client.IsCommitted) return outcome;
        if (resumable?.CanGoOn == true) return resumable.Break(outcome, flow.Farewell);
        if (flow.Fault is not null) return AttemptOutcome.Done; // an error that the provider has told needs no second one
        flow.Tell(outcome, client);
        await client.FlushAsync().ConfigureAwait(false);
        return outcome;
    }
}
