using System.Text;

namespace Tollgate.Tests.Relay;

/// <summary>What the provider gets is what the client wrote, but for the edits that are meant.</summary>
public sealed class RequestBodyTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Model = "x-ai-eg-model";

    // Everything that a parser and a writer between client and provider would change.
    private const string Odd =
        "\r\n {\t\"zeta\" : 12345678901234567890.12345678901234567890,\n \"a\":1e400 , \"b\":-0.0, \"c\":1E+2,\"unknown\":{\"k\" :[ 1 ,2,{} ]},"
        + "\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9 \\/ 😀 \\ud83d\\ude00 \\t é\"}],\"big\":9007199254740993,\"model\" : \"gpt-4o\" ,\"\":null,\"last\":true } \n";

    [Fact]
    public async Task A_body_without_edits_passes_byte_for_byte()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        (await rig.SendAsync(Chat, Odd)).Status.ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe(Odd);
        rig.Provider.Last.Headers["content-length"].ShouldBe(Encoding.UTF8.GetByteCount(Odd).ToString(System.Globalization.CultureInfo.InvariantCulture));
        rig.Provider.Last.Headers["content-type"].ShouldBe("application/json");
    }

    [Fact]
    public async Task A_byte_order_mark_passes_with_the_body_that_it_opens()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", model: "served");
        byte[] body = [0xEF, 0xBB, 0xBF, .. """{"model":"asked","x":1}"""u8];
        (await rig.SendAsync(Chat, body)).Status.ShouldBe(200);
        rig.Provider.Last.Body.ShouldBe((byte[])[0xEF, 0xBB, 0xBF, .. """{"model":"served","x":1}"""u8]);
    }

    [Theory]
    [InlineData("\"model\" : \"gpt-4o\"", "\"model\" : \"served-1\"")]
    [InlineData("\"mod\\u0065l\":\"gpt-4o\"", "\"mod\\u0065l\":\"served-1\"")]
    [InlineData("\"metadata\":{\"model\":\"inner\"}, \"model\":\"gpt-4o\", \"x\":[{\"model\":1}]", "\"metadata\":{\"model\":\"inner\"}, \"model\":\"served-1\", \"x\":[{\"model\":1}]")]
    [InlineData("\"model\":\"gpt\\u002d4\\/o\"", "\"model\":\"served-1\"")]
    [InlineData("\"model\":\"é \\\"x\\\" 😀\"", "\"model\":\"served-1\"")]
    public async Task The_model_is_replaced_in_its_place_and_nothing_else(string written, string sent)
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", model: "served-1");
        var body = Odd.Replace("\"model\" : \"gpt-4o\"", written, StringComparison.Ordinal);
        (await rig.SendAsync(Chat, body)).Status.ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe(Odd.Replace("\"model\" : \"gpt-4o\"", sent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_written_with_escapes_stays_as_written_when_the_provider_takes_the_same_name()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        const string body = """{"mod\u0065l":"gpt\u002d4o","n":1}""";
        (await rig.SendAsync(Chat, body)).Status.ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe(body);
        (await rig.Gateway.LogLineAsync()).GetProperty("model_asked").GetString().ShouldBe("gpt-4o");
    }

    [Fact]
    public async Task A_served_name_that_needs_escapes_is_escaped()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", model: "a\"b\\c é");
        await rig.SendAsync(Chat, """{"model":"x"}""");
        rig.Provider.Last.Text.ShouldBe("""{"model":"a\"b\\c é"}""");
    }

    [Theory]
    [InlineData("{}", """{"model":"from-header" }""")]
    [InlineData("""{ "messages":[] }""", """{"model":"from-header", "messages":[] }""")]
    [InlineData("""{"model":"from-body","n":1}""", """{"model":"from-header","n":1}""")]
    [InlineData("""{"n":1,"model":null}""", """{"n":1,"model":"from-header"}""")]
    public async Task The_header_that_names_the_model_fills_in_the_body(string written, string sent)
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        (await rig.SendAsync(Chat, written, (Model, "from-header"))).Status.ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe(sent);
        rig.Provider.Last.Headers.ShouldNotContainKey(Model);
    }

    [Fact]
    public async Task An_override_of_the_backend_wins_over_the_header()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", model: "served");
        await rig.SendAsync(Chat, """{"model":"from-body"}""", (Model, "from-header"));
        rig.Provider.Last.Text.ShouldBe("""{"model":"served"}""");
        (await rig.Gateway.LogLineAsync()).GetProperty("model_asked").GetString().ShouldBe("from-header");
    }

    [Fact]
    public async Task The_operator_sets_members_in_place_or_in_front_and_removes_others()
    {
        await using var rig = await RelayRig.AnsweringAsync(
            "openai", "{}", more: ", body: { set: { temperature: 0.5, tier: { name: flex }, user: null }, remove: [seed, last, absent] }");
        await rig.SendAsync(Chat, """{"seed":7, "model":"m","temperature" : 1.25,"user":"u", "x":1e400,"last":[1,2] }""");
        rig.Provider.Last.Text.ShouldBe("""{"tier":{"name":"flex"},"model":"m","temperature" : 0.5,"user":null, "x":1e400 }""");
    }

    [Fact]
    public async Task A_model_that_the_operator_sets_in_the_body_is_the_one_that_is_sent()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", model: "served", more: ", body: { set: { model: forced } }");
        await rig.SendAsync(Chat, """{"model":"asked","n":1}""");
        rig.Provider.Last.Text.ShouldBe("""{"model":"forced","n":1}""");
    }

    [Fact]
    public async Task A_body_of_two_megabytes_that_comes_in_chunks_passes_whole()
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}", model: "served");
        var filler = string.Concat(Enumerable.Range(0, 200_000).Select(i => (char)('a' + (i % 26)) + "é😀 \\n"));
        var body = $$"""{"messages":"{{filler}}","model":"asked","end":1}""";
        using var message = RelayRig.Post(Chat, Encoding.UTF8.GetBytes(body));
        message.Headers.TransferEncodingChunked = true;
        using var response = await rig.Gateway.Client.SendAsync(message, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe($$"""{"messages":"{{filler}}","model":"served","end":1}""");
    }
}
