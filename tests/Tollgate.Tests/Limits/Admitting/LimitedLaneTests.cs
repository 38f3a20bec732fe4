using System.Net.WebSockets;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Lanes;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>No way through the gateway goes round limits.</summary>
public sealed class LimitedLaneTests
{
    private const string One = "limits: { requests: { requests: 1 } }";

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a"}""")]
    [InlineData("/v1/responses", """{"model":"m","input":"a"}""")]
    [InlineData("/v1/completions", """{"model":"m","prompt":"a"}""")]
    [InlineData("/v1/images/generations", """{"model":"m","prompt":"a"}""")]
    [InlineData("/v1/moderations", """{"model":"m","input":"a"}""")]
    [InlineData("/v1/audio/speech", """{"model":"m","input":"a"}""")]
    [InlineData("/v1/files", """{}""")]
    [InlineData("/v1/batches/b/cancel", """{}""")]
    [InlineData("/v1/responses/resp_1/cancel", "")]
    [InlineData("/v1/chat/completions", """{"model":"m","stream":true,"messages":[]}""")]
    public async Task A_second_request_is_refused(string path, string body)
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, One);
        (await rig.Gateway.PostAsync(path, body)).Status.ShouldBe(200);
        var (status, text, _) = await rig.Gateway.PostAsync(path, body);
        (status, text.Contains("'requests'", StringComparison.Ordinal)).ShouldBe((429, true));
        provider.Calls.Count.ShouldBe(1);
        await rig.SettledAsync();
    }

    [Fact]
    public async Task A_second_form_is_refused_and_a_quota_sends_it_to_the_next_backend()
    {
        await using var one = LimitRig.Provider();
        await using var two = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(one, $$"""
            providers: { one: { kind: openai, url: {{one.Url}}/v1, key: k }, two: { kind: openai, url: {{two.Url}}/v1, key: k } }
            models: { m: [one, { provider: two, priority: 1 }] }
            limits: { requests: { requests: 2 }, quota: { requests: 1, by: provider } }
            """);
        byte[] body = [.. Form.Field("model", "m"), .. Form.FilePart(Form.File(1000)), .. Form.End];
        foreach (var expected in (int[])[200, 200, 429])
        {
            using var response = await rig.Gateway.Client.SendAsync(Form.Post("/v1/audio/transcriptions", body, false));
            ((int)response.StatusCode).ShouldBe(expected);
        }

        (one.Calls.Count, two.Calls.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_realtime_session_holds_its_reservation_until_it_ends()
    {
        await using var provider = await WebSocketProvider.StartAsync();
        await using var unused = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(unused, $"providers: {{ live: {{ kind: openai, url: {provider.Url}/v1, key: k }} }}\nmodels: {{ m: live }}\nlimits: {{ requests: {{ requests: 1, per: day }}, tokens: {{ tokens: 10 }} }}");
        var address = new Uri($"ws://127.0.0.1:{rig.Gateway.Client.BaseAddress!.Port}/v1/realtime?model=m");
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(address, default);
            await rig.OpenAsync(1);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
        }

        await rig.SettledAsync();
        (await rig.OneUsedAsync("requests")).ShouldBe(1);
        using var second = new ClientWebSocket();
        (await Should.ThrowAsync<WebSocketException>(() => second.ConnectAsync(address, default))).Message.ShouldContain("429");
    }

    [Fact]
    public async Task Lists_of_models_are_not_limited()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, One);
        for (var i = 0; i < 3; i++) (await rig.Gateway.Client.GetAsync("/v1/models")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_budget_that_is_spent_refuses_what_names_no_model_too()
    {
        await using var provider = LimitRig.Provider(10, 90);
        await using var rig = await LimitRig.StartAsync(provider, "limits: { tokens: { tokens: 100 } }");
        (await rig.Gateway.PostAsync("/v1/batches", "{}")).Status.ShouldBe(200);
        (await rig.ChatAsync(LimitRig.Body(50))).Status.ShouldBe(200);
        (await rig.Gateway.PostAsync("/v1/batches", "{}")).Status.ShouldBe(429);
    }
}
