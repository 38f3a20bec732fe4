using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Tests;

/// <summary>What the official clients do not look at.</summary>
public sealed class DialectTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("/v1/chat/completions", "{", 400, "\"invalid_request_error\"")]
    [InlineData("/v1/chat/completions", """{"messages":[]}""", 400, "'model'")]
    [InlineData("/v1/chat/completions", """{"model":"m"}""", 400, "'messages'")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"clown","content":""}]}""", 400, "'clown'")]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":0,"messages":[{"role":"user","content":""}]}""", 400, "integer_below_min_value")]
    [InlineData("/v1/embeddings", """{"model":"m"}""", 400, "'input'")]
    [InlineData("/v1/responses", """{"model":"m","input":"x","previous_response_id":"resp_0"}""", 400, "previous_response_not_found")]
    [InlineData("/openai/deployments/d/chat/completions", "{}", 404, "Resource not found")]
    [InlineData("/v1/messages", """{"model":"m","messages":[{"role":"user","content":"x"}]}""", 400, "max_tokens: Field required")]
    [InlineData("/v1/messages", """{"model":"m","max_tokens":5000,"thinking":{"type":"enabled","budget_tokens":9},"messages":[]}""", 400, "budget_tokens")]
    [InlineData("/model/m/converse", """{"messages":[{"role":"assistant","content":[{"text":"x"}]}]}""", 400, "must start with a user message")]
    [InlineData("/model/m/converse", """{"messages":[{"role":"user","content":[{"text":""}]}]}""", 400, "blank")]
    [InlineData("/model/m/converse", """{"messages":[{"role":"user","content":[{"text":"x"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":null}}}]}}""", 400, "inputSchema.json")]
    [InlineData("/model/m/invoke", """{"max_tokens":5,"messages":[]}""", 400, "anthropic_version")]
    [InlineData("/v1beta/models/m:generateContent", "{}", 400, "INVALID_ARGUMENT")]
    [InlineData("/v2/rerank", """{"model":"m","query":"q","documents":[]}""", 400, "documents must not be empty")]
    [InlineData("/v1/nothing", "{}", 404, "Invalid URL")]
    [InlineData("/v1/chat/completions", """{"model":"m","model":"n","messages":[]}""", 400, "could not parse the JSON")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"\ud83d"}]}""", 400, "not valid Unicode")]
    [InlineData("/model/m/converse", """{"messages":[{"role":"user","content":[{"text":"x"}]}],"outputConfig":{"textFormat":{"structure":{"jsonSchema":{"schema":"{"}}}}}""", 400, "should hold JSON")]
    public async Task A_request_that_the_provider_would_refuse_is_refused(string path, string body, int status, string text)
    {
        using var response = await simulator.Client.SendAsync(Requests.To(path, body));
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(text);
    }

    [Theory]
    [InlineData("openai", "x-request-id")]
    [InlineData("azure", "apim-request-id")]
    [InlineData("anthropic", "request-id")]
    [InlineData("bedrock", "x-amzn-requestid")]
    public async Task Answers_and_errors_carry_the_providers_request_id(string dialect, string header)
    {
        foreach (var model in (string[])["m", "sim-500"])
        {
            using var response = await simulator.Client.SendAsync(Requests.Ask(dialect, model));
            response.Headers.GetValues(header).Single().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Anthropic_wants_its_version_header()
    {
        using var request = Requests.Ask("anthropic", "claude");
        request.Headers.Remove("anthropic-version");
        using var response = await simulator.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("anthropic-version: header is required");
    }

    [Fact]
    public async Task Usage_is_left_out_of_a_chat_stream_unless_it_is_asked_for()
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("openai", "m", stream: true));
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldNotContain("\"usage\"");
        text.ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task Several_choices_differ_and_are_all_paid_for()
    {
        var answer = await simulator.Client.JsonAsync(Requests.Ask("openai", "m", more: ",\"n\":3,\"logprobs\":true,\"top_logprobs\":2"));
        var choices = answer["choices"]!.AsArray();
        choices.Select(c => c!["message"]!["content"]!.ToString()).Distinct().Count().ShouldBe(3);
        var pieces = choices.Select(c => c!["logprobs"]!["content"]!.AsArray().Count);
        ((int)answer["usage"]!["completion_tokens"]!).ShouldBe(pieces.Sum());
        choices[0]!["logprobs"]!["content"]![0]!["top_logprobs"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Reasoning_tokens_are_part_of_the_completion_and_not_shown()
    {
        var answer = await simulator.Client.JsonAsync(Requests.Ask("openai", "m", more: ",\"reasoning_effort\":\"low\""));
        var usage = answer["usage"]!;
        ((int)usage["completion_tokens_details"]!["reasoning_tokens"]!).ShouldBeInRange(1, (int)usage["completion_tokens"]! - 1);
        answer["choices"]![0]!["message"]!.AsObject().ContainsKey("reasoning_content").ShouldBeFalse();
    }

    [Fact]
    public async Task Legacy_completions_number_prompts_times_choices()
    {
        var answer = await simulator.Client.JsonAsync(Requests.To("/v1/completions", """{"model":"m","prompt":["a","b"],"n":2,"max_tokens":3}"""));
        answer["choices"]!.AsArray().Select(c => (int)c!["index"]!).ShouldBe([0, 1, 2, 3]);
        ((int)answer["usage"]!["completion_tokens"]!).ShouldBe(12);
        answer["choices"]![0]!["finish_reason"]!.ToString().ShouldBe("length");
    }

    [Fact]
    public async Task Embeddings_take_tokens_and_dimensions()
    {
        var answer = await simulator.Client.JsonAsync(Requests.To("/v1/embeddings", """{"model":"m","input":[[1,2,3],[4]],"dimensions":4}"""));
        answer["data"]!.AsArray().Select(d => d!["embedding"]!.AsArray().Count).ShouldBe([4, 4]);
        ((int)answer["usage"]!["total_tokens"]!).ShouldBe(4);
    }

    [Fact]
    public async Task Speech_may_come_as_events()
    {
        using var response = await simulator.Client.SendAsync(Requests.To("/v1/audio/speech", """{"model":"tts-1","voice":"alloy","input":"Halt!","stream_format":"sse"}"""));
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("speech.audio.delta");
        text.ShouldContain("\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":2");
    }

    [Fact]
    public async Task Images_may_come_as_events()
    {
        using var response = await simulator.Client.SendAsync(Requests.To("/v1/images/generations", """{"model":"gpt-image-1","prompt":"a gate","stream":true,"partial_images":1}"""));
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("event: image_generation.partial_image\n");
        text.ShouldContain("event: image_generation.completed\n");
    }

    [Fact]
    public async Task Gemini_without_alt_sse_streams_one_array()
    {
        using var request = Requests.Ask("gemini", "gemini-2.5-flash", stream: true);
        request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace("?alt=sse", "", StringComparison.Ordinal), UriKind.Relative);
        using var response = await simulator.Client.SendAsync(request);
        var chunks = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();
        chunks[^1]!["candidates"]![0]!["finishReason"]!.ToString().ShouldBe("STOP");
    }

    [Fact]
    public async Task Gemini_parts_its_events_with_carriage_returns()
    {
        using var response = await simulator.Client.SendAsync(Requests.Ask("gemini", "gemini-2.5-flash", stream: true));
        (await response.Content.ReadAsStringAsync()).ShouldEndWith("}\r\n\r\n");
    }

    [Fact]
    public async Task Rerank_puts_the_document_with_the_querys_words_first()
    {
        var answer = await simulator.Client.JsonAsync(Requests.To("/v2/rerank", """{"model":"rerank-v3.5","query":"closed gate","documents":["a duck","the gate is closed","a gate"],"top_n":2}"""));
        answer["results"]!.AsArray().Select(r => (int)r!["index"]!).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Converse_counts_what_a_cache_point_keeps()
    {
        var more = ",\"system\":[{\"text\":\"Rules of the bridge.\"},{\"cachePoint\":{\"type\":\"default\"}}]";
        var first = (await simulator.Client.JsonAsync(Requests.Ask("bedrock", "m", more: more)))["usage"]!;
        var second = (await simulator.Client.JsonAsync(Requests.Ask("bedrock", "m", more: more)))["usage"]!;
        ((int)first["cacheWriteInputTokens"]!).ShouldBe(5);
        ((int)second["cacheReadInputTokens"]!).ShouldBe(5);
        ((int)second["inputTokens"]!).ShouldBe(4);
    }

    [Fact]
    public async Task Anthropic_tells_an_hour_of_cache_from_five_minutes()
    {
        var more = ",\"system\":[{\"type\":\"text\",\"text\":\"Rules for an hour.\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]";
        var usage = (await simulator.Client.JsonAsync(Requests.Ask("anthropic", "m", more: more)))["usage"]!;
        ((int)usage["cache_creation"]!["ephemeral_1h_input_tokens"]!).ShouldBe(5);
        ((int)usage["cache_creation"]!["ephemeral_5m_input_tokens"]!).ShouldBe(0);
    }

    [Fact]
    public async Task A_model_with_colons_in_its_name_is_no_method_of_google()
    {
        var model = JsonNode.Parse(await simulator.Client.GetStringAsync(new Uri("/v1/models/ft:gpt-4o:acme", UriKind.Relative)))!;
        model["id"]!.ToString().ShouldBe("ft:gpt-4o:acme");
    }

    [Fact]
    public async Task Realtime_talks_over_a_socket()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("realtime");
        await socket.ConnectAsync(new UriBuilder(simulator.Address) { Scheme = "ws", Path = "/v1/realtime", Query = "model=gpt-realtime" }.Uri, CancellationToken.None);
        (await ReceiveAsync(socket))["type"]!.ToString().ShouldBe("session.created");
        await SendAsync(socket, """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Who goes there?"}]}}""");
        await SendAsync(socket, """{"type":"response.create"}""");
        var text = "";
        JsonNode one;
        while ((one = await ReceiveAsync(socket))["type"]!.ToString() != "response.done") text += one["type"]!.ToString() == "response.output_text.delta" ? one["delta"]!.ToString() : "";
        text.ShouldContain("Who goes there?");
        ((int)one["response"]!["usage"]!["input_tokens"]!).ShouldBe(4);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Theory]
    [InlineData("anthropic", "anthropic", true)]
    [InlineData("anthropic", "openai", false)]
    [InlineData("groq", "openai", true)]
    [InlineData("aws-bedrock", "bedrock", true)]
    [InlineData("openai", "azure", false)]
    [InlineData("gcp-vertex", "gemini", true)]
    [InlineData("openai", "cohere", false)]
    public async Task Only_the_kinds_that_were_chosen_answer(string kind, string dialect, bool answers)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { Kinds = [kind] }, ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Addresses[0]) };
        using var response = await client.SendAsync(Requests.Ask(dialect, "m"));
        response.StatusCode.ShouldBe(answers ? HttpStatusCode.OK : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_seed_gives_the_same_ids_again()
    {
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { Chance = new Random(7) }, ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
            using var client = new HttpClient { BaseAddress = new Uri(host.Addresses[0]) };
            ids.Add((await client.JsonAsync(Requests.Ask("openai", "m")))["id"]!.ToString());
        }

        ids[0].ShouldBe(ids[1]);
    }

    [Theory]
    [InlineData("/groq/openai/v1/chat/completions")]
    [InlineData("/compatibility/v1/chat/completions")]
    [InlineData("/chat/completions")]
    public async Task Compatible_apis_answer_under_any_prefix(string path) =>
        (await simulator.Client.JsonAsync(Requests.To(path, """{"model":"m","messages":[{"role":"user","content":"x"}]}""")))["object"]!.ToString().ShouldBe("chat.completion");

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 16];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var got = await socket.ReceiveAsync(buffer, limit.Token);
        return JsonNode.Parse(buffer.AsSpan(0, got.Count))!;
    }
}
