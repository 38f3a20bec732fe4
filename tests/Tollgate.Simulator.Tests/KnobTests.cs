using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Tests;

public sealed class KnobTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("openai", 400, "error.type", "invalid_request_error")]
    [InlineData("openai", 401, "error.code", "invalid_api_key")]
    [InlineData("openai", 429, "error.code", "rate_limit_exceeded")]
    [InlineData("openai", 500, "error.type", "server_error")]
    [InlineData("openai", 503, "error.type", "server_error")]
    [InlineData("azure", 429, "error.code", "429")]
    [InlineData("anthropic", 400, "error.type", "invalid_request_error")]
    [InlineData("anthropic", 401, "error.type", "authentication_error")]
    [InlineData("anthropic", 429, "error.type", "rate_limit_error")]
    [InlineData("anthropic", 500, "error.type", "api_error")]
    [InlineData("anthropic", 529, "error.type", "overloaded_error")]
    [InlineData("gemini", 400, "error.status", "INVALID_ARGUMENT")]
    [InlineData("gemini", 429, "error.status", "RESOURCE_EXHAUSTED")]
    [InlineData("gemini", 503, "error.status", "UNAVAILABLE")]
    [InlineData("cohere", 429, "message", "Rate limit reached: the simulator was asked to say so.")]
    public async Task A_status_is_answered_in_the_providers_own_shape(string dialect, int status, string path, string value)
    {
        using var request = Requests.Ask(dialect, dialect is "gemini" or "azure" ? $"sim-{status}" : $"sim/{status}");
        using var response = await simulator.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        var node = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        foreach (var step in path.Split('.')) node = node![step];
        node!.ToString().ShouldBe(value);
    }

    [Theory]
    [InlineData(400, 400, "ValidationException")]
    [InlineData(401, 401, "AccessDeniedException")]
    [InlineData(429, 429, "ThrottlingException")]
    [InlineData(500, 500, "InternalServerException")]
    [InlineData(529, 503, "ServiceUnavailableException")]
    public async Task Bedrock_names_its_errors_in_a_header(int status, int answered, string type)
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("bedrock", $"sim/{status}"));
        ((int)response.StatusCode).ShouldBe(answered);
        response.Headers.GetValues("x-amzn-errortype").ShouldBe([type]);
    }

    [Theory]
    [InlineData("sim/429", 1)]
    [InlineData("sim/429-30s", 30)]
    public async Task Too_many_requests_says_when_to_come_back(string model, int seconds)
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("openai", model));
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("header")]
    public async Task A_knob_may_come_beside_the_model(string where)
    {
        using var request = Requests.Ask("openai", "gpt-5");
        if (where == "header") request.Headers.Add("x-sim", "503");
        else request.RequestUri = new Uri(Requests.Chat + "?sim=503", UriKind.Relative);
        using var response = await simulator.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Reset_breaks_the_connection_before_the_headers() =>
        await Should.ThrowAsync<HttpRequestException>(() => simulator.Client.SendAsync(Requests.Ask("openai", "sim/reset")));

    [Fact]
    public async Task Garbage_is_no_json()
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("openai", "sim/garbage"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldNotBeEmpty();
        Should.Throw<JsonException>(() => JsonNode.Parse(text));
    }

    [Fact]
    public async Task Empty_has_no_body()
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("anthropic", "sim/empty"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Html_is_what_a_proxy_in_between_would_say()
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("openai", "sim/html-502"));
        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task Cut_breaks_the_stream_after_that_many_tokens()
    {
        var deltas = new List<string>();
        await Should.ThrowAsync<IOException>(() => ReadDeltasAsync(simulator.Client, "sim/cut-after-20", deltas.Add));
        deltas.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Cut_breaks_an_answer_in_one_piece_too()
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("openai", "sim/cut-after-20"), HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stall_falls_silent_after_that_many_tokens()
    {
        var count = 0;
        var reached = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var reading = ReadDeltasAsync(simulator.Client, "sim/stall-after-20", _ => { if (++count == 20) reached.SetResult(); }, stop.Token);
        await reached.Task;
        // The server has other things to do meanwhile; a whole answer goes by without another token.
        await simulator.Client.JsonAsync(Requests.Ask("openai", "gpt-5"));
        reading.IsCompleted.ShouldBeFalse();
        count.ShouldBe(20);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData("openai", "\ndata: {\"error\":{\"message\"")]
    [InlineData("azure", "\ndata: {\"error\":{\"message\"")]
    [InlineData("responses", "\nevent: error\ndata: {\"type\":\"error\",\"sequence_number\":")]
    [InlineData("anthropic", "\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"")]
    [InlineData("gemini", "data: {\"error\":{\"code\":503")]
    [InlineData("bedrock", "serviceUnavailableException")]
    public async Task Error_ends_the_stream_in_the_dialects_own_way(string dialect, string expected)
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask(dialect, dialect is "gemini" or "azure" ? "sim-error-after-20" : "sim/error-after-20", stream: true));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain(expected);
        text.ShouldNotContain("[DONE]");
        text.ShouldNotContain("message_stop");
        text.ShouldNotContain("messageStop");
        text.ShouldNotContain("response.completed");
    }

    [Fact]
    public async Task Reasoning_is_shown_as_compatible_servers_show_it()
    {
        var answer = await simulator.Client.JsonAsync(Requests.Ask("openai", "sim/reasoning", more: ",\"reasoning_effort\":\"high\""));
        answer["choices"]![0]!["message"]!["reasoning_content"]!.ToString().ShouldContain("Who goes there?");
    }

    [Fact]
    public async Task A_missing_key_is_refused_only_when_that_is_asked_for()
    {
        using var request = Requests.Ask("anthropic", "claude");
        request.Headers.Add("x-sim-require-key", "1");
        using var response = await simulator.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldContain("authentication_error");

        using var withKey = Requests.Ask("anthropic", "claude");
        withKey.Headers.Add("x-sim-require-key", "1");
        withKey.Headers.Add("x-api-key", "any");
        using var accepted = await simulator.Client.SendAsync(withKey);
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("openai", 401)]
    [InlineData("anthropic", 401)]
    [InlineData("gemini", 401)]
    [InlineData("bedrock", 403)]
    public async Task Options_can_require_a_key_of_everyone(string dialect, int status)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { RequireKey = true }, ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Addresses[0]) };
        using var refused = await client.SendAsync(Requests.Ask(dialect, "m"));
        ((int)refused.StatusCode).ShouldBe(status);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer any");
        using var accepted = await client.SendAsync(Requests.Ask(dialect, "m"));
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Reads the contents of a chat stream, one after another.</summary>
    internal static async Task ReadDeltasAsync(HttpClient client, string model, Action<string> onDelta, CancellationToken stop = default)
    {
        using var response = await client.SendAsync(Requests.Ask("openai", model, stream: true), HttpCompletionOption.ResponseHeadersRead, stop);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
            if (JsonNode.Parse(line[6..])!["choices"]![0]!["delta"]!["content"]?.ToString() is { Length: > 0 } content) onDelta(content);
        }
    }
}
