using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Protocols.Framing;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Wire;

/// <summary>
/// An answer as AWS event stream (<c>application/vnd.amazon.eventstream</c>): binary frames with two checksums.
/// https://smithy.io/2.0/aws/amazon-eventstream.html
/// </summary>
internal sealed class AwsStream
{
    private readonly Call _call;
    private readonly PipeWriter _output;

    private AwsStream(Call call) => (_call, _output, Pace) = (call, call.Context.Response.BodyWriter, new Pace(call));

    public Pace Pace { get; }

    public static async Task<AwsStream> StartAsync(Call call)
    {
        call.Context.Response.ContentType = "application/vnd.amazon.eventstream";
        await call.Context.Response.StartAsync(call.Aborted);
        var stream = new AwsStream(call);
        call.OnBrokenStream = stream.BreakAsync;
        return stream;
    }

    /// <summary>One event; the padding member is added to its payload.</summary>
    public async ValueTask SendAsync(string type, JsonObject payload)
    {
        if (Pace.GarbleNow()) AwsEventStream.Write(_output, "{\"delta\":{\"te"u8, "event", type);
        payload["p"] = _call.Simulator.Ids.Padding();
        AwsEventStream.Write(_output, JsonText.Bytes(payload), "event", type);
        await _output.FlushAsync(_call.Aborted);
        _call.Aborted.ThrowIfCancellationRequested();
    }

    private async ValueTask BreakAsync(Refusal refusal)
    {
        var name = ErrorBodies.AwsType(refusal.Status);
        name = char.ToLowerInvariant(name[0]) + name[1..];
        AwsEventStream.Write(_output, JsonText.Bytes(new JsonObject { ["message"] = refusal.Message }), "exception", name);
        await _output.FlushAsync(_call.Aborted);
    }
}
