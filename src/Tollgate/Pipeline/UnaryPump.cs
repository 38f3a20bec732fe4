using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Usage;
using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>
/// Relays an answer that is not a stream of events. JSON is held back until it is whole or 64 KB long: headers and body then go
/// in one write, and a provider that fails half-way still gets its status. Audio and other bytes go on as they come.
/// </summary>
/// <remarks>Pooled: from <see cref="Begin"/> to <see cref="Dispose"/> it belongs to one attempt.</remarks>
internal sealed class UnaryPump(ResponseOwners owners) : IDisposable
{
    private const int HoldBack = 64 * 1024;

    private static readonly SearchValues<byte> BeginningsOfJson = SearchValues.Create("{[\"-0123456789tfn"u8);

    private GatewayRequest _request = null!;
    private UsageTap _tap = null!;
    private Stream _source = null!;
    private ResponseHead _head;
    private Provider _provider = null!;
    private bool _mayRetry;
    private bool _json;
    private UnaryWindow? _window;
    private PipeWriter _client = null!;
    private byte[] _buffer = [];

    internal void Begin(GatewayRequest request, UsageTap tap, Stream source, ResponseHead head, TransferPlan plan, bool json)
    {
        (_request, _tap, _source, _head, _provider, _mayRetry, _json) = (request, tap, source, head, plan.Provider, plan.MayRetry, json);
        _window = json ? request.Window : null;
        _client = request.Context.Response.BodyWriter;
        _buffer = ArrayPool<byte>.Shared.Rent(json ? HoldBack : 16 * 1024);
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync()
    {
        try
        {
            while (true)
            {
                var (length, ended) = await FillAsync().ConfigureAwait(false);
                if (_json && _request.Record.BytesOut == 0 && Unreadable(_buffer.AsSpan(0, length), ended) is { } how)
                {
                    return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{_provider.Name}' sent {how}");
                }

                _window?.Append(_buffer.AsSpan(0, length));
                if (ended && _window is not null) Observe(_window);
                if (ended && Fault(length) is { } fault) return fault;
                if (ended && _request.Record.BytesOut == 0) length = WithCost(length);
                if (ended && _request.Record.BytesOut == 0 && HasBody(_request.Context)) _request.Context.Response.ContentLength = length;
                if (length > 0 && !await WriteAsync(length).ConfigureAwait(false)) return AttemptOutcome.ClientLeft;
                if (ended) return AttemptOutcome.Done;
            }
        }
        catch (Exception e) when (Upstream.IsFailure(e))
        {
            var outcome = Upstream.Classify(e, _request, _provider);

            // Half a body must not look whole: the connection breaks, as the provider's did.
            if (_request.Context.Response.HasStarted) _request.Context.Abort();
            return outcome;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _window?.Reset();
        (_request, _tap, _source, _head, _provider, _window, _client) = (null!, null!, null!, default, null!, null, null!);
    }

    /// <summary>What is wrong with an answer that calls itself JSON, as far as its ends show; null: nothing.</summary>
    private string? Unreadable(ReadOnlySpan<byte> body, bool ended)
    {
        if (_request.Operation.Body == BodyKind.Opaque || !HasBody(_request.Context)) return null;
        body = body.Trim(" \t\r\n"u8);
        if (body.IsEmpty) return ended ? "an empty answer" : null;
        if (!BeginningsOfJson.Contains(body[0])) return "an answer that is not the JSON that it calls itself";
        return ended && ((body[0] == '{' && body[^1] != '}') || (body[0] == '[' && body[^1] != ']')) ? "an answer that stops in the middle" : null;
    }

    // The head of an answer without a body keeps the length that its provider gave, or none.
    private static bool HasBody(HttpContext context) =>
        !context.Response.HasStarted && !HttpMethods.IsHead(context.Request.Method) && context.Response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);

    /// <summary>An error under a good status, of which nothing has gone out: another attempt may do better.</summary>
    private AttemptOutcome? Fault(int length)
    {
        if (!_mayRetry || !_tap.SawError || _request.Record.BytesOut > 0) return null;
        var body = _buffer.AsSpan(0, length);
        var fault = ErrorWords.ClassOf(body);
        if (fault == FailureClass.Final) return null;
        return new AttemptOutcome(null, null, Culprit.Provider) { Class = fault, Held = new HeldBody(_head, body.ToArray()) };
    }

    /// <summary>Before the client has the answer: its next request may build on it.</summary>
    private void Observe(UnaryWindow window)
    {
        _tap.OnBody(window);
        _request.Record.Used = _tap.Usage;
        _request.Record.ResponseModel = _tap.ResponseModel;
        CostMeter.Tell(_request);
        owners.Remember(_request.Operation, _tap.ResponseId, _provider.Name);
    }

    private int WithCost(int length) =>
        _window is not null && CostMeter.ForUsage(_request, _tap) is { } cost ? CostInsert.Into(ref _buffer, length, cost) : length;

    /// <summary>One read, or as many as fill the hold-back.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<(int Length, bool Ended)> FillAsync()
    {
        var length = 0;
        while (true)
        {
            var pending = _source.ReadAsync(_buffer.AsMemory(length), _request.Clock.Token);
            if (!pending.IsCompleted) _request.Clock.Enter(WaitPhase.Idle, stream: false);
            var read = await pending.ConfigureAwait(false);
            length += read;
            if (read == 0) return (length, true);
            if (!_json || length == _buffer.Length) return (length, false);
        }
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<bool> WriteAsync(int length)
    {
        _request.Clock.Commit();
        _request.Capture(_buffer.AsSpan(0, length));
        _request.Record.BytesOut += length;
        var pending = _client.WriteAsync(_buffer.AsMemory(0, length), _request.Context.RequestAborted);
        if (!pending.IsCompleted) _request.Clock.Pause();
        return !(await pending.ConfigureAwait(false)).IsCompleted;
    }
}
