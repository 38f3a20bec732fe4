using System.Net;
using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>What is wrong with a request is said in the caller's dialect, and no provider sees the request.</summary>
public sealed class RequestErrorTests
{
    public static TheoryData<string> All => Surfaces.All;

    [Theory, MemberData(nameof(All))]
    public async Task Names_the_place_where_the_JSON_is_malformed(string path)
    {
        var (status, error) = await PostAsync(path, "{\"model\":\"o\",\n  \"messages\":[1,]}");
        status.ShouldBe(400);
        error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "malformed_json");
        error.Message.ShouldContain("line 2");
    }

    [Theory, MemberData(nameof(All))]
    public async Task Refuses_a_duplicate_key_even_when_it_is_escaped(string path)
    {
        foreach (var body in (string[])["{\"model\":\"o\",\"model\":\"a\"}", "{\"model\":\"o\",\"\\u006dodel\":\"a\"}", "{\"x\":1,\"x\":2,\"model\":\"o\"}"])
        {
            var (status, error) = await PostAsync(path, body);
            status.ShouldBe(400);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "duplicate_key");
            error.Message.ShouldContain("twice");
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Refuses_a_body_that_is_not_an_object(string path)
    {
        foreach (var body in (string[])["[]", "\"model\"", "1", "null", ""])
        {
            var (status, error) = await PostAsync(path, body);
            status.ShouldBe(400);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "malformed_json");
            error.Message.ShouldContain("JSON object");
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Asks_for_a_model_when_none_is_named(string path)
    {
        foreach (var body in (string[])["{}", "{\"model\":null}", "{\"model\":\"\"}"])
        {
            var (status, error) = await PostAsync(path, body);
            status.ShouldBe(400);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "missing_model");
            error.Message.ShouldContain("model");
            if (path == ErrorShape.OpenAI) error.Param.ShouldBe("model");
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Refuses_a_model_that_is_not_a_string(string path)
    {
        foreach (var model in (string[])["1", "{}", "[\"o\"]", "true"])
        {
            var (status, error) = await PostAsync(path, $"{{\"model\":{model}}}");
            status.ShouldBe(400);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "invalid_request");
            error.Message.ShouldBe("'model' must be a string");
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Names_at_most_five_of_the_models_that_exist(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, models: "  m4: claude\n  m5: claude\n  m6: claude\n  \"glob-*\": claude");
        var (status, error) = await ErrorShape.PostAsync(gateway, path, "{\"model\":\"gpt-unknown\"}");
        status.ShouldBe(404);
        error.ShouldBeOfType(path, "invalid_request_error", "not_found_error", "model_not_found");
        error.Message.ShouldContain("'gpt-unknown' does not exist");
        error.Message.ShouldContain("o, a, c, m4, m5");
        error.Message.ShouldNotContain("m6");
        error.Message.ShouldNotContain("glob");
        provider.Calls.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Takes_only_the_methods_that_a_path_has(string path)
    {
        await using var gateway = await Surfaces.StartAsync("http://127.0.0.1:9");
        foreach (var method in (string[])["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
        {
            using var message = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await gateway.Client.SendAsync(message);
            response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
            response.Content.Headers.Allow.ShouldBe(["POST"]);
            var error = ErrorShape.Read(path, await response.Content.ReadAsStringAsync(), response);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "method_not_allowed");
        }
    }

    [Theory]
    [InlineData("/v1/models", "POST", "GET")]
    [InlineData("/v1/models/o", "DELETE", "GET")]
    [InlineData("/v1/realtime", "POST", "GET")]
    [InlineData("/v1/audio/transcriptions", "GET", "POST")]
    public async Task Says_which_methods_other_paths_take(string path, string method, string allowed)
    {
        await using var gateway = await Surfaces.StartAsync("http://127.0.0.1:9");
        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe([allowed]);
        ErrorShape.Read(path, await response.Content.ReadAsStringAsync(), response).Message.ShouldBe($"{path} takes {allowed}, not {method}");
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v1")]
    [InlineData("/v1/chat")]
    [InlineData("/anthropic/v1/nothing")]
    [InlineData("/cohere/v2/chat")]
    [InlineData("/")]
    [InlineData("/chat/completions")]
    [InlineData("/v2/messages-not")]
    public async Task Answers_an_unknown_path_in_the_dialect_of_its_prefix(string path)
    {
        await using var gateway = await Surfaces.StartAsync("http://127.0.0.1:9");
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using var response = await gateway.Client.SendAsync(new HttpRequestMessage(method, path));
            ((int)response.StatusCode).ShouldBe(404);
            var shape = path.StartsWith("/v2", StringComparison.Ordinal) ? "/" : path;
            var error = ErrorShape.Read(shape, await response.Content.ReadAsStringAsync(), response);
            error.Message.ShouldBe($"there is no {method} {path} here");
            if (path.StartsWith("/anthropic", StringComparison.Ordinal)) error.Type.ShouldBe("not_found_error");
            else if (!path.StartsWith("/cohere", StringComparison.Ordinal)) error.Code.ShouldBe("unknown_url");
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Takes_nothing_but_plain_JSON(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var body = $"{{\"model\":\"{Surfaces.ModelOf(path)}\"}}";
        foreach (var type in (string[])["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; charset=json", "text/plain;application/json", "application/octet-stream"])
        {
            var (status, error) = await SendAsync(gateway, path, body, type, null);
            status.ShouldBe(415, type);
            error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "unsupported_media_type");
            error.Message.ShouldContain("application/json");
        }

        var (zipped, complaint) = await SendAsync(gateway, path, body, "application/json", "gzip");
        zipped.ShouldBe(415);
        complaint.Message.ShouldContain("gzip");
        provider.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    [InlineData("application/vnd.api+json")]
    [InlineData("text/json")]
    public async Task Takes_JSON_under_any_of_its_names(string type)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        using var content = new ByteArrayContent("{\"model\":\"o\"}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("content-type", type);
        content.Headers.TryAddWithoutValidation("content-encoding", "identity");
        using var response = await gateway.Client.PostAsync(ErrorShape.OpenAI, content);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Last.Text.ShouldBe("{\"model\":\"o\"}");
    }

    private static async Task<(int Status, ErrorShape Error)> PostAsync(string path, string body)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url);
        var answer = await ErrorShape.PostAsync(gateway, path, body);
        provider.Calls.ShouldBeEmpty();
        return answer;
    }

    private static async Task<(int Status, ErrorShape Error)> SendAsync(TestGateway gateway, string path, string body, string type, string? encoding)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("content-type", type);
        if (encoding is not null) content.Headers.TryAddWithoutValidation("content-encoding", encoding);
        using var response = await gateway.Client.PostAsync(path, content);
        return ((int)response.StatusCode, ErrorShape.Read(path, await response.Content.ReadAsStringAsync(), response));
    }
}
