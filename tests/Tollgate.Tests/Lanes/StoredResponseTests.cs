using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Routing;

namespace Tollgate.Tests.Lanes;

/// <summary>A stored response lives at the provider that made it.</summary>
public sealed class StoredResponseTests
{
    private const string Missing = "{\"error\":{\"message\":\"Response not found\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}";

    private readonly FixedChance _chance = new();

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_is_asked_of_it_goes_to_its_maker(bool stream)
    {
        await using var first = Provider("one", stream);
        await using var second = Provider("two", stream);
        await using var gateway = await StartAsync(first.Url, second.Url);
        _chance.Value = 0.9;
        var (status, _, _) = await gateway.PostAsync("/v1/responses", $"{{\"model\":\"m\",\"stream\":{(stream ? "true" : "false")}}}");
        status.ShouldBe(200);
        second.Calls.Count.ShouldBe(1);
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/input_items?limit=5"), ("POST", "/cancel"), ("DELETE", "") })
        {
            (await RawClient.SendAsync(gateway, method, "/v1/responses/resp_two" + path, method == "POST" ? "content-length: 0\r\n" : "")).Status.ShouldBe(200);
            (second.Last.Method, second.Last.Target).ShouldBe((method, "/v1/responses/resp_two" + path));
        }

        first.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_maker_is_known_while_it_still_streams()
    {
        var cancelled = new TaskCompletionSource();
        await using var first = new ScriptedProvider(call => call.AnswerAsync(500, "{}"));
        await using var second = new ScriptedProvider(async call =>
        {
            if (call.Target.EndsWith("/cancel", StringComparison.Ordinal))
            {
                cancelled.SetResult();
                await call.AnswerAsync(200, "{\"id\":\"resp_live\"}");
                return;
            }

            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_live\"}}\n\n");
            await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await call.ChunkAsync("event: response.incomplete\ndata: {\"type\":\"response.incomplete\",\"response\":{\"id\":\"resp_live\"}}\n\n");
            await call.EndAsync();
        });
        await using var gateway = await StartAsync(first.Url, second.Url);
        _chance.Value = 0.9;
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/responses") { Content = new StringContent("{\"model\":\"m\",\"stream\":true}", System.Text.Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[10]);
        (await RawClient.SendAsync(gateway, "POST", "/v1/responses/resp_live/cancel", "content-length: 0\r\n")).ShouldBe((200, "{\"id\":\"resp_live\"}"));
        (await new StreamReader(stream).ReadToEndAsync()).ShouldContain("response.incomplete");
        first.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_id_that_is_not_known_is_asked_of_each_provider()
    {
        await using var first = new ScriptedProvider(call => call.AnswerAsync(404, Missing));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, "{\"id\":\"resp_old\"}"));
        await using var gateway = await StartAsync(first.Url, second.Url);
        (await RawClient.SendAsync(gateway, "GET", "/v1/responses/resp_old")).ShouldBe((200, "{\"id\":\"resp_old\"}"));
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 1));
        var line = await gateway.LogLineAsync();
        (line.GetProperty("provider").GetString(), line.GetProperty("attempts").GetInt32(), line.GetProperty("operation").GetString()).ShouldBe(("two", 2, "responses.stored"));
    }

    [Fact]
    public async Task An_id_that_nobody_knows_is_the_last_providers_404()
    {
        await using var first = new ScriptedProvider(call => call.AnswerAsync(404, Missing));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(404, Missing));
        await using var gateway = await StartAsync(first.Url, second.Url);
        (await RawClient.SendAsync(gateway, "DELETE", "/v1/responses/resp_gone")).ShouldBe((404, Missing));
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task The_header_names_the_provider_of_an_id_that_is_not_known()
    {
        await using var first = new ScriptedProvider(call => call.AnswerAsync(404, Missing));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(404, Missing));
        await using var gateway = await StartAsync(first.Url, second.Url);
        (await RawClient.SendAsync(gateway, "GET", "/v1/responses/resp_gone", "x-tollgate-provider: two\r\n")).Status.ShouldBe(404);
        (first.Calls.Count, second.Calls.Count).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_response_that_builds_on_another_goes_to_the_same_provider()
    {
        await using var first = Provider("one", stream: false);
        await using var second = Provider("two", stream: false);
        await using var gateway = await StartAsync(first.Url, second.Url);
        _chance.Value = 0.9;
        await gateway.PostAsync("/v1/responses", "{\"model\":\"m\"}");
        _chance.Value = 0;
        await gateway.PostAsync("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":\"resp_two\"}");
        (first.Calls.Count, second.Calls.Count).ShouldBe((0, 2));
        await gateway.PostAsync("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":\"resp_other\"}");
        await gateway.PostAsync("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":null}");
        (first.Calls.Count, second.Calls.Count).ShouldBe((2, 2));
    }

    private static ScriptedProvider Provider(string name, bool stream) => new(call =>
    {
        var response = $"{{\"id\":\"resp_{name}\",\"object\":\"response\",\"model\":\"x\"}}";
        return stream && call.Target == "/v1/responses"
            ? call.StreamAsync(System.Text.Encoding.UTF8.GetBytes($"event: response.created\ndata: {{\"type\":\"response.created\",\"response\":{response}}}\n\nevent: response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{response}}}\n\n"), 50)
            : call.AnswerAsync(200, response);
    });

    private Task<TestGateway> StartAsync(string first, string second) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{first}}/v1 }
          two: { kind: openai, url: {{second}}/v1 }
          claude: { kind: anthropic, url: http://127.0.0.1:9/v1, key: k }
        models: { m: [one, two], c: claude }
        """,
        services => services.AddSingleton<Chance>(_chance));
}
