using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Wire;

/// <summary>Server-sent events: each frame is flushed by itself, as a provider does.</summary>
internal sealed class SseStream
{
    private readonly Call _call;
    private readonly PipeWriter _output;
    private readonly byte[] _frameEnd;

    private SseStream(Call call, byte[] frameEnd)
    {
        (_call, _output, _frameEnd) = (call, call.Context.Response.BodyWriter, frameEnd);
        Pace = new Pace(call);
    }

    public Pace Pace { get; }

    /// <summary>Sends the headers, so that a client knows that it was accepted before the first token.</summary>
    public static async Task<SseStream> StartAsync(Call call, bool carriageReturns = false)
    {
        call.Context.Response.ContentType = "text/event-stream; charset=utf-8";
        call.Context.Response.Headers.CacheControl = "no-cache";
        await call.Context.Response.StartAsync(call.Aborted);
        return new SseStream(call, carriageReturns ? "\r\n\r\n"u8.ToArray() : "\n\n"u8.ToArray());
    }

    public ValueTask SendAsync(JsonNode data) => SendAsync(null, data);

    public async ValueTask SendAsync(string? eventName, JsonNode data)
    {
        if (Pace.GarbleNow())
        {
            _output.Write("data: {\"choices\":[{\"delta\":{\"cont"u8);
            _output.Write(_frameEnd);
        }

        if (eventName == "message_stop" && _call.Faults.Unended)
        {
            await LeaveAsync();
            return;
        }

        if (eventName is not null) Encoding.UTF8.GetBytes($"event: {eventName}\n", _output);
        _output.Write("data: "u8);
        JsonText.Write(_output, data);
        _output.Write(_frameEnd);
        await FlushAsync();
    }

    public async ValueTask DoneAsync()
    {
        if (_call.Faults.Unended)
        {
            await LeaveAsync();
            return;
        }

        _output.Write("data: [DONE]\n\n"u8);
        await FlushAsync();
    }

    private Task LeaveAsync() => _call.Faults.Lingers ? _call.DelayAsync(Timeout.InfiniteTimeSpan) : Task.CompletedTask;

    private async ValueTask FlushAsync()
    {
        await _output.FlushAsync(_call.Aborted);
        _call.Aborted.ThrowIfCancellationRequested();
    }
}
