using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Errors;

namespace Tollgate.Protocols.Tests.Errors;

public sealed class ErrorBodyTests
{
    [Theory]
    [InlineData(ApiFamily.OpenAI, """{"error":{"message":"No route has the model \"é<x>\".","type":"invalid_request_error","param":"model","code":"model_not_found"},"request_id":"req_1"}""")]
    [InlineData(ApiFamily.Anthropic, """{"type":"error","error":{"type":"not_found_error","message":"No route has the model \"é<x>\"."},"request_id":"req_1"}""")]
    [InlineData(ApiFamily.Cohere, """{"message":"No route has the model \"é<x>\".","id":"req_1"}""")]
    public void Writes_an_error_of_the_gateway_in_the_caller_s_dialect(ApiFamily family, string expected) =>
        Written(output => ErrorBody.Write(output, family, GatewayErrorKinds.ModelNotFound, "No route has the model \"é<x>\".", "model", "req_1"))
            .ShouldBe(expected);

    [Fact]
    public void Writes_null_for_a_missing_param() =>
        Written(output => ErrorBody.Write(output, ApiFamily.OpenAI, GatewayErrorKinds.Internal, "Sorry.", null, "r"))
            .ShouldBe("""{"error":{"message":"Sorry.","type":"server_error","param":null,"code":"internal_error"},"request_id":"r"}""");

    [Fact]
    public void Writes_half_a_surrogate_pair_as_a_replacement_character() =>
        JsonDocument.Parse(Written(output => ErrorBody.Write(output, ApiFamily.OpenAI, GatewayErrorKinds.ModelNotFound, "\ud83d", "\ude00", "r")))
            .RootElement.GetProperty("error").GetProperty("message").GetString().ShouldBe("\ufffd");

    [Fact]
    public void Every_kind_has_its_own_code_and_types_that_its_family_knows()
    {
        string[] anthropic =
        [
            "invalid_request_error", "authentication_error", "permission_error", "not_found_error", "request_too_large",
            "rate_limit_error", "api_error", "timeout_error",
        ];
        GatewayErrorKinds.All.Select(kind => kind.Code).ShouldBeUnique();
        GatewayErrorKinds.All.Count.ShouldBe(typeof(GatewayErrorKinds).GetFields().Count(field => field.FieldType == typeof(GatewayErrorKind)));
        foreach (var kind in GatewayErrorKinds.All)
        {
            anthropic.ShouldContain(kind.AnthropicType);
            (kind.Status >= 500).ShouldBe(kind.OpenAIType == "server_error", kind.Code);
            (kind.Status >= 500).ShouldBe(kind.AnthropicType is "api_error" or "timeout_error", kind.Code);
        }
    }

    [Theory]
    [InlineData(ApiFamily.OpenAI, """{"error":{"message":"m","type":"t","param":null,"code":null}}""", true)]
    [InlineData(ApiFamily.OpenAI, """ {"error":{"code":"401","message":"m"}} """, true)]
    [InlineData(ApiFamily.OpenAI, """{"error":{"code":400,"message":"m","metadata":{}}}""", true)]
    [InlineData(ApiFamily.OpenAI, """{"error":"model not found"}""", true)]
    [InlineData(ApiFamily.OpenAI, """{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}""", false)]
    [InlineData(ApiFamily.OpenAI, """[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]""", false)]
    [InlineData(ApiFamily.OpenAI, """{"error":{"message":null}}""", false)]
    [InlineData(ApiFamily.OpenAI, """{"error":null}""", false)]
    [InlineData(ApiFamily.OpenAI, """{"message":"m"}""", false)]
    [InlineData(ApiFamily.OpenAI, """{"error":{"message":"m"}""", false)]
    [InlineData(ApiFamily.OpenAI, "", false)]
    [InlineData(ApiFamily.OpenAI, "<html>", false)]
    [InlineData(ApiFamily.Anthropic, """{"type":"error","error":{"type":"overloaded_error","message":"m"}}""", true)]
    [InlineData(ApiFamily.Anthropic, """{"type":"error","error":"m"}""", false)]
    [InlineData(ApiFamily.Anthropic, """{"type":"message","error":{"message":"m"}}""", false)]
    [InlineData(ApiFamily.Anthropic, """{"error":{"message":"m","type":"t"}}""", false)]
    [InlineData(ApiFamily.Cohere, """{"message":"m","id":"1"}""", true)]
    [InlineData(ApiFamily.Cohere, """{"error":{"message":"m"}}""", false)]
    [InlineData(ApiFamily.Cohere, """{"message":{}}""", false)]
    public void Knows_an_error_that_the_caller_s_sdk_can_read(ApiFamily family, string body, bool expected) =>
        ErrorBody.IsInDialect(family, Encoding.UTF8.GetBytes(body)).ShouldBe(expected);

    [Fact]
    public void Every_error_of_the_gateway_is_in_its_own_dialect()
    {
        foreach (var family in Enum.GetValues<ApiFamily>())
        {
            var body = Written(output => ErrorBody.Write(output, family, GatewayErrorKinds.NoProvider, "m", null, "r"));
            ErrorBody.IsInDialect(family, Encoding.UTF8.GetBytes(body)).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("""{"message":"Input is too long."}""", "Input is too long.", null)]
    [InlineData("""{"Message":"Denied.","__type":"com.amazon#AccessDeniedException"}""", "Denied.", "AccessDeniedException")]
    [InlineData("""{"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED"}}""", "Quota.", "RESOURCE_EXHAUSTED")]
    [InlineData("""[ {"error":{"code":400,"message":"Bad field.","status":"INVALID_ARGUMENT"}} ]""", "Bad field.", "INVALID_ARGUMENT")]
    [InlineData("""{"detail":"Not authenticated"}""", "Not authenticated", null)]
    [InlineData("""{"detail":[{"loc":["body","model"],"msg":"field required","type":"missing"}]}""", "field required", null)]
    [InlineData("""{"error":"invalid_grant","error_description":"Token expired."}""", "Token expired.", null)]
    [InlineData("""{"error":"plain"}""", "plain", null)]
    [InlineData("""{"statusCode":401,"message":"No key."}""", "No key.", null)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", "Overloaded", null)]
    [InlineData("""{"reason":"unknown shape"}""", """{"reason":"unknown shape"}""", null)]
    [InlineData("""{"message":" "}""", """{"message":" "}""", null)]
    [InlineData("  upstream connect error\n", "upstream connect error", null)]
    [InlineData("", "The provider answered 503 Service Unavailable with an empty body.", null)]
    [InlineData(" \n", "The provider answered 503 Service Unavailable with an empty body.", null)]
    [InlineData("\u0001\u0002", "The provider answered 503 Service Unavailable with a body that is not text.", null)]
    [InlineData("<html><head></head></html>", "The provider answered 503 Service Unavailable with a page without text.", null)]
    [InlineData("<html><head><TITLE lang=en>502 Bad\n Gateway &amp; more</TITLE></head><body>x</body></html>", "502 Bad Gateway & more", null)]
    [InlineData("<!-- <b>no</b> --><style>p{}</style><p>It is <b>broken</b></p><script>a<b</script>.", "It is broken .", null)]
    [InlineData("<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>", "NoSuchKey gone", null)]
    public void Wraps_what_is_in_no_dialect(string body, string message, string? code)
    {
        using var wrapped = JsonDocument.Parse(Wrapped(ApiFamily.OpenAI, 503, body));
        var error = wrapped.RootElement.GetProperty("error");
        error.GetProperty("message").GetString().ShouldBe(message);
        error.GetProperty("type").GetString().ShouldBe("server_error");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("param").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void Takes_a_page_for_html_by_its_content_type() =>
        Wrapped(ApiFamily.Cohere, 502, "Sorry &mdash; <b>down</b>", "text/html; charset=utf-8").ShouldBe("""{"message":"Sorry — down","id":"req_1"}""");

    [Theory]
    [InlineData(400, "invalid_request_error", "invalid_request_error")]
    [InlineData(401, "authentication_error", "authentication_error")]
    [InlineData(402, "invalid_request_error", "billing_error")]
    [InlineData(403, "permission_error", "permission_error")]
    [InlineData(404, "not_found_error", "not_found_error")]
    [InlineData(413, "invalid_request_error", "request_too_large")]
    [InlineData(422, "invalid_request_error", "invalid_request_error")]
    [InlineData(429, "rate_limit_error", "rate_limit_error")]
    [InlineData(500, "server_error", "api_error")]
    [InlineData(503, "server_error", "api_error")]
    [InlineData(504, "server_error", "timeout_error")]
    [InlineData(529, "server_error", "overloaded_error")]
    public void Gives_a_wrapped_error_the_type_of_its_status(int status, string openAI, string anthropic)
    {
        Wrapped(ApiFamily.OpenAI, status, "x").ShouldBe($$$"""{"error":{"message":"x","type":"{{{openAI}}}","param":null,"code":null},"request_id":"req_1"}""");
        Wrapped(ApiFamily.Anthropic, status, "x").ShouldBe($$$"""{"type":"error","error":{"type":"{{{anthropic}}}","message":"x"},"request_id":"req_1"}""");
    }

    [Fact]
    public void Names_a_status_without_a_name_by_its_number() =>
        Wrapped(ApiFamily.OpenAI, 599, "").ShouldContain("The provider answered 599 with an empty body.");

    [Theory]
    [InlineData("é", 1022)]
    [InlineData("😀", 511)]
    [InlineData("x", 2045)]
    public void Cuts_a_long_message_between_characters(string character, int kept)
    {
        var text = string.Concat(Enumerable.Repeat(character, 5000));
        var expected = string.Concat(Enumerable.Repeat(character, kept)) + "…";
        foreach (var body in (string[])[text, $$"""{"message":"{{text}}"}"""])
        {
            using var wrapped = JsonDocument.Parse(Wrapped(ApiFamily.Cohere, 500, body));
            wrapped.RootElement.GetProperty("message").GetString().ShouldBe(expected);
        }
    }

    [Fact]
    public void Leaves_a_message_of_exactly_the_limit_whole() =>
        Wrapped(ApiFamily.Cohere, 500, new string('x', 2048)).ShouldBe($$"""{"message":"{{new string('x', 2048)}}","id":"req_1"}""");

    [Fact]
    public void Survives_nesting_without_end()
    {
        var body = string.Concat(Enumerable.Repeat("{\"error\":", 200)) + "{\"message\":\"deep\"}" + new string('}', 200);
        Wrapped(ApiFamily.Cohere, 500, body).ShouldContain("\"message\":\"{\\\"error\\\":");
    }

    [Fact]
    public void Writes_an_unnamed_event_for_chat_and_its_like() =>
        Event(Operations.Chat).ShouldBe("data: {\"error\":{\"message\":\"It broke.\\nSorry.\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_interrupted\"},\"request_id\":\"req_1\"}\n\n");

    [Fact]
    public void Writes_an_error_event_for_responses() =>
        Event(Operations.Responses).ShouldBe("event: error\ndata: {\"type\":\"error\",\"code\":\"stream_interrupted\",\"message\":\"It broke.\\nSorry.\",\"param\":null,\"request_id\":\"req_1\"}\n\n");

    [Fact]
    public void Numbers_the_error_event_for_responses_when_told_to() =>
        Event(Operations.Responses, 7).ShouldContain("\"param\":null,\"sequence_number\":7,\"request_id\":\"req_1\"}");

    [Fact]
    public void Writes_a_named_event_for_messages() =>
        Event(Operations.Messages).ShouldBe("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"It broke.\\nSorry.\"},\"request_id\":\"req_1\"}\n\n");

    private static string Event(Operation operation, long? sequenceNumber = null) =>
        Written(output => ErrorBody.WriteEvent(output, operation, GatewayErrorKinds.StreamInterrupted, "It broke.\nSorry.", "req_1", sequenceNumber));

    private static string Wrapped(ApiFamily family, int status, string body, string? contentType = null) =>
        Written(output => ErrorBody.WriteWrapped(output, family, status, Encoding.UTF8.GetBytes(body), contentType, "req_1"));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
