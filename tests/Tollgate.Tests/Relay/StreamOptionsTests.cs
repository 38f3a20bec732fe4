namespace Tollgate.Tests.Relay;

/// <summary>The gateway asks for usage in every stream of a provider that can be asked.</summary>
public sealed class StreamOptionsTests
{
    private const string Done = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    [Theory]
    [InlineData("""{"model":"m","stream":true}""", """{"stream_options":{"include_usage":true},"model":"m","stream":true}""")]
    [InlineData("""{"model":"m","stream":true,"stream_options":null}""", """{"model":"m","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"m","stream":true,"stream_options":{ }}""", """{"model":"m","stream":true,"stream_options":{"include_usage":true }}""")]
    [InlineData("""{"model":"m","stream":true,"stream_options": {"a":[1] , "b":2}}""", """{"model":"m","stream":true,"stream_options": {"include_usage":true,"a":[1] , "b":2}}""")]
    [InlineData("""{"stream_options":{"x":1e400, "include_usage" : false},"model":"m","stream":true}""", """{"stream_options":{"x":1e400, "include_usage" : true},"model":"m","stream":true}""")]
    [InlineData("""{"stream_options":{"include\u005fusage":null},"model":"m","stream":true}""", """{"stream_options":{"include\u005fusage":true},"model":"m","stream":true}""")]
    [InlineData("""{"stream_opt\u0069ons":{},"model":"m","stream":true}""", """{"stream_opt\u0069ons":{"include_usage":true},"model":"m","stream":true}""")]
    public async Task Asks_for_usage_where_the_client_did_not(string written, string sent)
    {
        foreach (var path in (string[])["/v1/chat/completions", "/v1/completions"])
        {
            await using var rig = await RelayRig.StartAsync("openai", Stream);
            (await rig.SendAsync(path, written)).Status.ShouldBe(200);
            rig.Provider.Last.Text.ShouldBe(sent);
        }
    }

    [Theory]
    [InlineData("""{"model":"m","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"m","stream":true,"stream_options":"no object"}""")]
    [InlineData("""{"model":"m","stream":false}""")]
    [InlineData("""{"model":"m","stream":null,"stream_options":{}}""")]
    [InlineData("""{"model":"m"}""")]
    public async Task Leaves_a_body_alone_that_needs_no_asking(string written)
    {
        await using var rig = await RelayRig.StartAsync("openai", Stream);
        (await rig.SendAsync("/v1/chat/completions", written)).Status.ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe(written);
    }

    [Theory]
    [InlineData("mistral")]
    [InlineData("perplexity")]
    public async Task Does_not_ask_a_provider_that_refuses_to_be_asked(string kind)
    {
        await using var rig = await RelayRig.StartAsync(kind, Stream);
        const string body = """{"model":"m","stream":true}""";
        (await rig.SendAsync("/v1/chat/completions", body)).Status.ShouldBe(200);
        rig.Provider.Last.Text.ShouldBe(body);
    }

    [Fact]
    public async Task Does_not_ask_in_dialects_that_tell_anyway()
    {
        const string body = """{"model":"m","stream":true}""";
        await using var openai = await RelayRig.StartAsync("openai", Stream);
        await openai.SendAsync("/v1/responses", body);
        openai.Provider.Last.Text.ShouldBe(body);
        await using var anthropic = await RelayRig.StartAsync("anthropic", Stream);
        await anthropic.SendAsync("/v1/messages", body);
        anthropic.Provider.Last.Text.ShouldBe(body);
    }

    [Fact]
    public async Task What_the_operator_sets_stands()
    {
        await using var rig = await RelayRig.StartAsync("openai", Stream, more: ", body: { set: { stream_options: { include_usage: false } } }");
        await rig.SendAsync("/v1/chat/completions", """{"model":"m","stream":true,"stream_options":{"a":1}}""");
        rig.Provider.Last.Text.ShouldBe("""{"model":"m","stream":true,"stream_options":{"include_usage":false}}""");
    }

    private static Task Stream(Hosting.ProviderCall call) => call.StreamAsync(System.Text.Encoding.UTF8.GetBytes(Done), 1000);
}
