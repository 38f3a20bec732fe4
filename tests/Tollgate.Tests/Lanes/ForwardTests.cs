using System.Text;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Lanes;

/// <summary>Files, batches, threads and the like belong to one provider's account and are forwarded to it.</summary>
public sealed class ForwardTests
{
    public static TheoryData<string> Families =>
    [
        "files", "files/file-1/content", "uploads/u/parts", "batches", "fine_tuning/jobs", "assistants", "threads/t/runs", "vector_stores/v/files",
        "containers", "conversations", "evals", "videos",
    ];

    [Theory, MemberData(nameof(Families))]
    public async Task Forwards_every_family_byte_for_byte(string family)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(201, "application/x-thing", Encoding.UTF8.GetBytes("\0" + call.Method), ("x-request-id", "from-provider")));
        await using var gateway = await OneAsync(provider.Url);
        var count = 0;
        foreach (var (method, target) in new[] { ("GET", $"/v1/{family}?limit=2&after=a%2Fb&q=%7e+x"), ("POST", $"/v1/{family}/a%7Eb%20c?x"), ("DELETE", $"/v1/{family}/%41"), ("PATCH", $"/v1/{family}/"), ("PUT", $"/v1/{family}//x") })
        {
            var sent = method is "GET" or "DELETE" ? "" : "\u0001{ \"a\" : 1.00 }\r\n";
            var (status, body) = await RawClient.SendAsync(gateway, method, target, sent.Length > 0 ? $"content-type: application/odd; a=b\r\ncontent-length: {sent.Length}\r\n" : "", sent);
            (status, body).ShouldBe((201, "\0" + method));
            var call = provider.Last;
            (call.Method, call.Target, call.Text).ShouldBe((method, "/base" + target[3..], sent));
            if (sent.Length > 0) call.Headers["content-type"].ShouldBe("application/odd; a=b");
            provider.Calls.Count.ShouldBe(++count);
        }
    }

    [Fact]
    public async Task Forwards_a_body_and_an_answer_while_they_come()
    {
        using var provider = new DuplexProvider();
        await using var gateway = await OneAsync(provider.Url);
        using var client = await RawClient.ConnectAsync(gateway);
        await client.WriteAsync("POST /v1/files HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\ncontent-type: application/octet-stream\r\n\r\n");
        await client.ChunkAsync("first"u8.ToArray());
        await provider.ReadToAsync("first");
        await client.ChunkAsync("second"u8.ToArray());
        await provider.ReadToAsync("second");
        await client.EndAsync();
        await provider.ReadToAsync("0\r\n\r\n");
        await provider.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n");
        await provider.WriteAsync("3\r\ntwo\r\n0\r\n\r\n");
        var (status, body) = await client.ReadAsync();
        status.ShouldBe(200);
        body.ReplaceLineEndings("").ShouldContain("one");
        body.ShouldContain("two");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_client_that_vanishes_ends_the_call_to_the_provider(bool whileSending)
    {
        using var provider = new DuplexProvider();
        await using var gateway = await OneAsync(provider.Url);
        using var client = await RawClient.ConnectAsync(gateway);
        await client.WriteAsync("POST /v1/files HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
        await client.ChunkAsync("first"u8.ToArray());
        if (!whileSending) await client.EndAsync();
        await provider.ReadToAsync(whileSending ? "first" : "0\r\n\r\n");
        client.Reset();
        await provider.ReadToEndAsync();
        var line = await gateway.LogLineAsync();
        (line.GetProperty("status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((499, "client_left"));
    }

    [Fact]
    public async Task Takes_the_provider_of_the_header_then_the_default()
    {
        await using var first = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TwoAsync(first.Url, second.Url, "default: second");
        (await RawClient.SendAsync(gateway, "GET", "/v1/files")).Status.ShouldBe(200);
        (first.Calls.Count, second.Calls.Count).ShouldBe((0, 1));
        (await RawClient.SendAsync(gateway, "GET", "/v1/files", "x-tollgate-provider: first\r\n")).Status.ShouldBe(200);
        (first.Calls.Count, second.Calls.Count).ShouldBe((1, 1));
        first.Last.Headers.Keys.ShouldNotContain(name => name.StartsWith("x-tollgate", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Asks_for_a_name_when_several_providers_could_be_meant()
    {
        await using var gateway = await TwoAsync("http://127.0.0.1:9", "http://127.0.0.1:9", "");
        using var response = await gateway.Client.GetAsync("/v1/batches");
        ((int)response.StatusCode).ShouldBe(400);
        ErrorShape.Read("/v1", await response.Content.ReadAsStringAsync(), response).Message
            .ShouldBe("several providers take GET /v1/batches: name one in the header x-tollgate-provider (one of first, second), or set 'default' in the configuration");
    }

    [Theory]
    [InlineData("third")]
    [InlineData("claude")] // exists, but has no such API
    [InlineData("http://127.0.0.1")]
    public async Task Refuses_a_provider_that_is_not_there(string name)
    {
        await using var gateway = await TwoAsync("http://127.0.0.1:9", "http://127.0.0.1:9", "default: first");
        var (status, body) = await RawClient.SendAsync(gateway, "GET", "/v1/files", $"x-tollgate-provider: {name}\r\n");
        status.ShouldBe(400);
        body.ShouldContain("(one of first, second)");
        body.ShouldNotContain(name);
    }

    [Theory]
    [InlineData("/v1/files/%2e%2e/%2e%2e/admin")]
    [InlineData("/v1/files/%252e%252e/%252e%252e/admin")]
    [InlineData("/v1/files/%25252e%25252e/x")]
    [InlineData("/v1/files/..%2f..%2fadmin")]
    [InlineData("/v1/files/..%252f..%252fadmin")]
    [InlineData("/v1/files/..%5c..%5cadmin")]
    [InlineData("/v1/files/..;/..;/admin")]
    [InlineData("/v1/files/./x")]
    [InlineData("/v1/responses/..%2f..%2fadmin")]
    [InlineData("/v1/files/../files/x")]
    [InlineData("/anthropic/v1/files/..%2f..%2fadmin")]
    public async Task A_path_cannot_climb_out_of_the_base_path(string target)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              openai: { url: {{provider.Url}}/base }
              anthropic: { url: {{provider.Url}}/base, key: k }
            models: { m: openai }
            """);
        var (status, _) = await RawClient.SendAsync(gateway, "GET", target);
        status.ShouldBeOneOf(400, 404);
        provider.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Forwards_Anthropics_batches_below_its_own_prefix()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              claude: { kind: anthropic, url: {{provider.Url}}/v1, key: sk-ant-provider }
              other: { kind: openai, url: http://127.0.0.1:9/v1 }
            models: { m: claude }
            """);
        (await RawClient.SendAsync(gateway, "GET", "/anthropic/v1/messages/batches/b_1/results?x=1", "anthropic-version: 2023-06-01\r\nx-api-key: client\r\n")).Status.ShouldBe(200);
        provider.Last.Target.ShouldBe("/v1/messages/batches/b_1/results?x=1");
        provider.Last.Headers["anthropic-version"].ShouldBe("2023-06-01");
        provider.Last.Headers["x-api-key"].ShouldBe("sk-ant-provider");
        (await RawClient.SendAsync(gateway, "GET", "/anthropic/v1/files")).Status.ShouldBe(200);
        provider.Last.Target.ShouldBe("/v1/files");
    }

    [Fact]
    public async Task Leaves_the_clients_credentials_behind()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await OneAsync(provider.Url);
        string[] credentials = ["authorization: Bearer client-secret", "x-api-key: client-secret", "api-key: client-secret", "cookie: s=client-secret", "x-goog-api-key: client-secret", "openai-organization: client-secret", "proxy-authorization: Basic client-secret"];
        await RawClient.SendAsync(gateway, "GET", "/v1/files?key=client-secret&api%5Fkey=client-secret&order=asc", string.Concat(credentials.Select(c => c + "\r\n")));
        var call = provider.Last;
        call.Target.ShouldBe("/base/files?order=asc");
        call.Headers["authorization"].ShouldBe("Bearer sk-provider");
        string.Join('\n', call.Headers).ShouldNotContain("client-secret");
    }

    [Fact]
    public async Task A_providers_error_comes_back_as_it_is()
    {
        const string Error = "{\"error\":{\"message\":\"No such File object\",\"type\":\"invalid_request_error\",\"param\":\"id\",\"code\":null}}";
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(404, Error));
        await using var gateway = await OneAsync(provider.Url);
        (await RawClient.SendAsync(gateway, "GET", "/v1/files/f")).ShouldBe((404, Error));
    }

    [Theory]
    [InlineData(": comment\r\n\r\nevent: thread.run.created\ndata: {}\n\nid: 7\nretry: 1\ndata: a\ndata: b\n\n")]
    [InlineData("event: done\ndata: [DONE]")]
    [InlineData("data: 1\n\nrest without an end")]
    public async Task A_forwarded_stream_of_events_is_not_touched(string stream)
    {
        await using var provider = new ScriptedProvider(call => call.StreamAsync(Encoding.UTF8.GetBytes(stream), 5));
        await using var gateway = await OneAsync(provider.Url);
        (await gateway.PostAsync("/v1/threads/t/runs", "{\"stream\":true}")).Body.ShouldBe(stream);
        (await gateway.LogLineAsync()).TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_without_a_body_keeps_its_head()
    {
        await using var provider = new ScriptedProvider(call => call.Method == "HEAD"
            ? call.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1234\r\netag: \"e\"\r\n\r\n"u8.ToArray())
            : call.WriteAsync("HTTP/1.1 204 No Content\r\nx-request-id: gone\r\n\r\n"u8.ToArray()));
        await using var gateway = await OneAsync(provider.Url);
        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/files/f"));
        ((int)head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag!.Tag).ShouldBe((200, 1234, "\"e\""));
        using var deleted = await gateway.Client.DeleteAsync("/v1/files/f");
        ((int)deleted.StatusCode, deleted.Headers.GetValues("x-request-id").Single()).ShouldBe((204, "gone"));
        (await gateway.LogLineAsync(2)).GetProperty("status").GetInt32().ShouldBe(204);
    }

    private static Task<TestGateway> OneAsync(string url) => TestGateway.StartAsync($$"""
        providers:
          only: { kind: openai, url: {{url}}/base, key: sk-provider }
          claude: { kind: anthropic, url: {{url}}/base, key: k }
        models: { m: only, c: claude }
        """);

    private static Task<TestGateway> TwoAsync(string first, string second, string more) => TestGateway.StartAsync($$"""
        providers:
          second: { kind: openai, url: {{second}}/v1 }
          first: { kind: openai, url: {{first}}/v1 }
          claude: { kind: anthropic, url: {{first}}/v1, key: k }
        models: { m: [first, second], c: claude }
        {{more}}
        """);

    [Fact]
    public async Task Passes_on_that_nothing_has_changed()
    {
        await using var provider = new ScriptedProvider(call => call.WriteAsync("HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\n\r\n"u8.ToArray()));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ one: {{ kind: openai, url: {provider.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\n");
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/files/f1");
        message.Headers.TryAddWithoutValidation("if-none-match", "\"v1\"");
        using var answer = await gateway.Client.SendAsync(message);
        ((int)answer.StatusCode, answer.Headers.ETag?.Tag).ShouldBe((304, "\"v1\""));
    }
}
