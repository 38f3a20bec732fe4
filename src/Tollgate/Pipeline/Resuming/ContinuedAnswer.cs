using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Errors;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Resuming;

/// <summary>Sends the rest of a broken answer to the client, from whoever goes on with it.</summary>
internal static class ContinuedAnswer
{
    internal static async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan, bool isStream)
    {
        var stream = plan.Continues!.Stream;
        if (!isStream) return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' went on with no stream");
        if (stream.Writer is null)
        {
            stream.Writer = plan.Translation!.Client.CreateEventWriter(TranslatedAnswer.Context(request, plan));
            stream.Transcript.Replay(stream.Writer);
        }

        // Headers are long gone: a comment, which every client passes over, says whence the rest comes.
        stream.Client.Write(": resumed\n\n"u8);
        var source = Upstream.Decode(response, out _);
        await using (source.ConfigureAwait(false))
        {
            using var flow = new TranslateFlow(request, response, plan, stream);
            try
            {
                return await new StreamPump(request, source, flow, stream.Client, plan, stream).RunAsync().ConfigureAwait(false);
            }
            finally
            {
                request.Record.SkippedEvents += flow.Skipped;
            }
        }
    }
}
