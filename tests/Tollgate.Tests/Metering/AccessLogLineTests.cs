using System.Text;
using System.Text.Json;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Tests.Telemetry;

namespace Tollgate.Tests.Metering;

public sealed class AccessLogLineTests
{
    [Fact]
    public void Writes_every_member_that_is_known_under_its_documented_name()
    {
        const string expected = """
            {"time":"2026-03-04T05:06:07.089Z","request_id":"r-1","client":"shop","method":"POST","path":"/v1/chat/completions","operation":"chat",
            "route":"gpt-*","provider":"openai","model_asked":"gpt-4o","model_served":"gpt-4o-2024-08-06","model_response":"gpt-4o-2024-08-06",
            "stream":true,"status":200,"provider_status":200,"attempts":2,"error":"stream_interrupted",
            "usage":{"input_tokens":10,"cached_input_tokens":4,"cache_creation_tokens":3,"cache_creation_1h_tokens":2,"output_tokens":7,"reasoning_tokens":5,
            "audio_input_tokens":2,"audio_output_tokens":1,"image_input_tokens":9,"image_output_tokens":11,"audio_seconds":1.5,"images":6,"search_units":8,
            "web_searches":12,"service_tier":"flex"},"usage_estimated":true,"cost_usd":0.00012345,"costs":{"total":17,"broken":null},
            "ttft_ms":120.5,"provider_ms":100.25,"duration_ms":1500.123,"bytes_in":321,"bytes_out":654,
            "request_body":"{\"model\":\"gpt-4o\"}","response_body":"data: x\n\n"}
            """;
        Line(FullRecord(), bodies: true).ShouldBe(expected.ReplaceLineEndings("") + "\n");
    }

    [Fact]
    public void Leaves_out_what_is_not_known()
    {
        var record = new RequestRecord { RequestId = "r", Start = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), Method = "GET", Path = "/", Status = 404 };
        Line(record).ShouldBe(
            """{"time":"2026-01-02T01:04:05.000Z","request_id":"r","method":"GET","path":"/","stream":false,"status":404,"attempts":0,"duration_ms":0,"bytes_in":0,"bytes_out":0}""" + "\n");
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("\"},{\"status\":200")]
    [InlineData("\\")]
    [InlineData("\0\u0001\u001b[31m\u007f\u0085")]
    [InlineData("\u2028\u2029")]
    [InlineData("模型 é 😀 <&'>")]
    public void A_text_of_a_client_cannot_break_the_line_and_comes_back_as_it_was(string text)
    {
        var line = Line(new RequestRecord { Method = text, Path = text, AskedModel = text, ResponseModel = text });

        line.Count(c => c is '\n' or '\r' or '\u2028' or '\u2029' || char.IsControl(c)).ShouldBe(1);
        line.ShouldEndWith("}\n");
        var json = JsonDocument.Parse(line).RootElement;
        foreach (var name in (string[])["method", "path", "model_asked", "model_response"]) json.GetProperty(name).GetString().ShouldBe(text);
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character()
    {
        Json(new RequestRecord { AskedModel = "a\ud83d" }).GetProperty("model_asked").GetString().ShouldBe("a\ufffd");
    }

    [Fact]
    public void A_body_that_is_not_utf_8_still_makes_a_line()
    {
        var json = Json(new RequestRecord { ResponseBody = new byte[] { (byte)'a', 0xff, (byte)'b' } }, bodies: true);
        json.GetProperty("response_body").GetString().ShouldBe("a\ufffdb");
    }

    [Fact]
    public void Secrets_that_people_paste_into_bodies_are_taken_out()
    {
        var json = Json(new RequestRecord { RequestBody = """{"content":"my key is sk-proj-abcdefghijklmnop0123456789, and Größe"}"""u8.ToArray(), ResponseBody = "use Bearer 0123456789abcdef0123\n"u8.ToArray() }, bodies: true);
        json.GetProperty("request_body").GetString().ShouldBe("""{"content":"my key is [redacted], and Größe"}""");
        json.GetProperty("response_body").GetString().ShouldBe("use [redacted]\n");
    }

    [Fact]
    public void A_long_body_is_cut_between_characters_and_said_to_be_cut()
    {
        // 3 bytes each: 65,536 is not a multiple of 3.
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("模", 30_000)));
        var json = Json(new RequestRecord { RequestBody = body, ResponseBody = "short"u8.ToArray() }, bodies: true);

        json.GetProperty("request_body").GetString().ShouldBe(string.Concat(Enumerable.Repeat("模", AccessLogLine.MaxBodyBytes / 3)));
        json.GetProperty("request_body_truncated").GetBoolean().ShouldBeTrue();
        json.TryGetProperty("response_body_truncated", out _).ShouldBeFalse();
    }

    [Fact]
    public void Bodies_stay_out_unless_they_are_asked_for()
    {
        var line = Line(FullRecord());
        line.ShouldNotContain("_body");
        line.ShouldNotContain("data: x");
    }

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var name = new string('m', AccessLogLine.MaxTextLength - 1) + "😀 and more";
        Json(new RequestRecord { AskedModel = name }).GetProperty("model_asked").GetString().ShouldBe(new string('m', AccessLogLine.MaxTextLength - 1));
    }

    [Fact]
    public void A_line_holds_nothing_of_the_line_before()
    {
        using var line = new AccessLogLine();
        line.Render(FullRecord(), bodies: true);
        line.Render(new RequestRecord { RequestId = "next" }, bodies: true);
        Encoding.UTF8.GetString(line.Written).ShouldStartWith("""{"time":"0001-01-01T00:00:00.000Z","request_id":"next",""");
    }

    [Fact]
    public void The_document_lists_every_member()
    {
        var document = File.ReadAllText(MetricsDocumentTests.Find("docs/access-log.md"));
        var line = Json(FullRecord(), bodies: true);
        foreach (var member in line.EnumerateObject().Concat(line.GetProperty("usage").EnumerateObject())) document.ShouldContain($"`{member.Name}`");
    }

    internal static RequestRecord FullRecord() => new()
    {
        RequestId = "r-1",
        Start = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero),
        Method = "POST",
        Path = "/v1/chat/completions",
        Operation = Operations.Chat,
        Client = "shop",
        Route = "gpt-*",
        Provider = "openai",
        ProviderMetricName = "openai",
        AskedModel = "gpt-4o",
        ServedModel = "gpt-4o-2024-08-06",
        ResponseModel = "gpt-4o-2024-08-06",
        Stream = true,
        Status = 200,
        ProviderStatus = 200,
        Attempts = 2,
        ErrorCode = "stream_interrupted",
        Usage = new TokenUsage
        {
            Input = 10,
            CachedInput = 4,
            CacheCreation = 3,
            CacheCreation1h = 2,
            Output = 7,
            Reasoning = 5,
            AudioInput = 2,
            AudioOutput = 1,
            AudioSeconds = 1.5,
            Images = 6,
            ImageInput = 9,
            ImageOutput = 11,
            SearchUnits = 8,
            WebSearches = 12,
            ServiceTier = "flex",
        },
        UsageEstimated = true,
        Cost = 0.00012345m,
        Costs = { new("total", 17), new("broken", null) },
        TimeToFirstToken = TimeSpan.FromMilliseconds(120.5),
        ProviderHeaders = TimeSpan.FromMilliseconds(100.25),
        Duration = TimeSpan.FromMilliseconds(1500.1234),
        BytesIn = 321,
        BytesOut = 654,
        RequestBody = """{"model":"gpt-4o"}"""u8.ToArray(),
        ResponseBody = "data: x\n\n"u8.ToArray(),
    };

    private static string Line(RequestRecord record, bool bodies = false)
    {
        using var line = new AccessLogLine();
        line.Render(record, bodies);
        return Encoding.UTF8.GetString(line.Written);
    }

    private static JsonElement Json(RequestRecord record, bool bodies = false) => JsonDocument.Parse(Line(record, bodies)).RootElement;
}
