using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Google;

/// <summary>A streamed answer: server-sent events, or a JSON array that is written element by element.</summary>
internal sealed class GeminiStream(Call call, SseStream? sse)
{
    private readonly Pace _ownPace = new(call);
    private bool _begun;

    public Pace Pace => sse?.Pace ?? _ownPace;

    public static async Task<GeminiStream> StartArrayAsync(Call call)
    {
        call.Context.Response.ContentType = "application/json; charset=UTF-8";
        await call.Context.Response.StartAsync(call.Aborted);
        return new GeminiStream(call, null);
    }

    public async ValueTask SendAsync(JsonObject element)
    {
        if (sse is not null)
        {
            await sse.SendAsync(element);
            return;
        }

        await WriteAsync([.. _begun ? ",\r\n"u8 : "["u8, .. JsonText.Bytes(element)]);
        _begun = true;
    }

    public async ValueTask EndAsync()
    {
        if (sse is null) await WriteAsync("]"u8.ToArray());
    }

    private async ValueTask WriteAsync(byte[] bytes)
    {
        await call.Context.Response.BodyWriter.WriteAsync(bytes, call.Aborted);
        call.Aborted.ThrowIfCancellationRequested();
    }
}
