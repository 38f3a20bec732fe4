using System.Net;
using System.Text;
using System.Text.Json;

namespace Tollgate.Conformance.Tests.Replays;

/// <summary>Sends a recorded request through the whole gateway to a provider that answers as recorded.</summary>
internal sealed class Replay : IAsyncDisposable
{
    private const string ClientKey = "client-key-0123456789";
    private const string ProviderKey = "provider-key-0123456789";

    private Replay(ScriptedProvider provider, TestGateway gateway, Recording recording) => (Provider, Gateway, Recording) = (provider, gateway, recording);

    public ScriptedProvider Provider { get; }

    public TestGateway Gateway { get; }

    public Recording Recording { get; }

    /// <param name="recording">What the provider answers.</param>
    /// <param name="split">Bytes in each piece of a streamed answer.</param>
    public static async Task<Replay> StartAsync(Recording recording, int split = int.MaxValue)
    {
        var provider = new ScriptedProvider(call => AnswerAsync(call, recording, split));
        var gateway = await TestGateway.StartAsync($$"""
            providers:
              recorded: { kind: {{(recording.IsAnthropic ? "anthropic" : "openai")}}, url: "{{provider.Url}}/v1", key: {{ProviderKey}} }
            models: { "*": recorded }
            clients:
              app: { key: {{ClientKey}} }
            """);
        return new Replay(provider, gateway, recording);
    }

    public async Task<(HttpResponseMessage Response, byte[] Body)> SendAsync(string prefix = "")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, prefix + Recording.Url.PathAndQuery) { Content = new ByteArrayContent(Recording.RequestBody) };
        foreach (var (name, value) in Recording.RequestHeaders)
        {
            if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase)) continue;
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        }

        message.Headers.TryAddWithoutValidation(Recording.IsAnthropic ? "x-api-key" : "authorization", Recording.IsAnthropic ? ClientKey : "Bearer " + ClientKey);
        var response = await Gateway.Client.SendAsync(message);
        return (response, await response.Content.ReadAsByteArrayAsync());
    }

    public void ProviderSawTheRecordedRequest()
    {
        var call = Provider.Calls.ShouldHaveSingleItem();
        call.Method.ShouldBe("POST");
        call.Target.ShouldBe(Recording.Url.PathAndQuery);
        call.Headers["content-type"].ShouldBe(Recording.RequestContentType);
        (Recording.LacksUsageRequest ? WithoutUsageRequest(call.Text) : call.Text).ShouldBe(Encoding.UTF8.GetString(Recording.RequestBody));
        if (!Recording.LacksUsageRequest) call.Body.ShouldBe(Recording.RequestBody);
        call.Headers[Recording.IsAnthropic ? "x-api-key" : "authorization"].ShouldBe((Recording.IsAnthropic ? "" : "Bearer ") + ProviderKey);
        call.Headers.Values.ShouldAllBe(v => !v.Contains(ClientKey, StringComparison.Ordinal));
    }

    public void ClientGotTheRecordedHeaders(HttpResponseMessage response)
    {
        ((int)response.StatusCode).ShouldBe(Recording.Status);
        foreach (var group in Recording.ResponseHeaders.GroupBy(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase))
        {
            var got = Values(response, group.Key);
            if (EndsAtTheGateway(group.Key)) got.ShouldNotBe(group.ToArray(), $"{group.Key} is about the connection to the provider");
            else got.ShouldBe(group.ToArray(), group.Key);
        }
    }

    public async Task<SortedDictionary<string, double>> LoggedUsageAsync()
    {
        var line = await Gateway.LogLineAsync();
        line.GetProperty("status").GetInt32().ShouldBe(Recording.Status);
        line.GetProperty("client").GetString().ShouldBe("app");
        line.GetProperty("stream").GetBoolean().ShouldBe(Recording.IsStream);
        return RecordedUsage.Logged(line);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private static Task AnswerAsync(ProviderCall call, Recording recording, int split)
    {
        var headers = recording.ResponseHeaders.Where(h => !IsFraming(h.Name) && !h.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)).ToArray();
        return recording.IsStream
            ? call.StreamAsync(recording.ResponseBody, Math.Min(split, recording.ResponseBody.Length), recording.ResponseContentType, headers)
            : call.AnswerAsync(recording.Status, recording.ResponseContentType, recording.ResponseBody, headers);
    }

    /// <summary>The body without the one member that the gateway may add; anything else it changed stays to be seen.</summary>
    private static string WithoutUsageRequest(string body)
    {
        const string Added = "\"stream_options\":{\"include_usage\":true}";
        JsonDocument.Parse(body).RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().ShouldBeTrue();
        var at = body.IndexOf(Added, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0, body);
        return body[at - 1] == ',' ? body.Remove(at - 1, Added.Length + 1) : body.Remove(at, Added.Length + 1);
    }

    private static bool IsFraming(string name) => name.Equals("content-length", StringComparison.OrdinalIgnoreCase) || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase);

    private static bool EndsAtTheGateway(string name) =>
        name.ToLowerInvariant() is "date" or "server" or "via" or "alt-svc" or "strict-transport-security" or "cf-ray" or "cf-cache-status" or "set-cookie";

    private string[] Values(HttpResponseMessage response, string name)
    {
        // A length is the gateway's to state: it must be that of the body, which is compared byte for byte.
        if (IsFraming(name)) return [.. Recording.ResponseHeaders.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
        return response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? [.. values] : [];
    }
}
