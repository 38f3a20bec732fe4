using System.Net;
using System.Text;
using System.Text.Json;
using Tollgate.Pipeline.Fetching;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Translation;

namespace Tollgate.Tests.Fetching;

/// <summary>Pictures and documents at addresses, for providers that take them inline only.</summary>
public sealed class FetchingTests
{
    private const string Picture = "http://cdn.my-site.org/cat.png";

    public static TheoryData<string, string> Pairs => new()
    {
        { Cell.OpenAI, "aws-bedrock" }, { Cell.OpenAI, "aws-anthropic" }, { Cell.OpenAI, "gcp-anthropic" }, { Cell.Anthropic, "aws-bedrock" },
    };

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_picture_is_fetched_and_said_inline_with_the_type_that_it_is(string path, string kind)
    {
        await using var rig = await FetchRig.WithPictureAsync(kind);
        var (status, body, _) = await rig.Gateway.PostAsync(path, FetchRig.Ask(path, Picture));
        status.ShouldBe(200, body);
        var asked = rig.Provider.Last.Text;
        asked.ShouldContain(Convert.ToBase64String(FetchRig.Png));
        asked.ShouldContain(kind == "aws-bedrock" ? "\"format\":\"png\"" : "\"media_type\":\"image/png\"");
        asked.ShouldNotContain("my-site.org");
        rig.World.Connected.ShouldHaveSingleItem().ShouldBe(new IPEndPoint(IPAddress.Parse(OutsideWorld.Public), 80));
    }

    [Fact]
    public async Task Nothing_of_the_client_goes_to_the_site()
    {
        await using var rig = await FetchRig.WithPictureAsync();
        (await rig.AskAsync(Picture + "?size=1")).Status.ShouldBe(200);
        var call = rig.World.Calls.ShouldHaveSingleItem();
        (call.Method, call.Target).ShouldBe(("GET", "/cat.png?size=1"));
        call.Headers.Keys.Order(StringComparer.Ordinal).ShouldBe(["Accept", "Host", "User-Agent"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fetch: { documents: true }")]
    [InlineData("fetch: { images: false, http: true }")]
    public async Task Unless_it_is_allowed_nothing_is_fetched(string fetch)
    {
        foreach (var kind in new[] { "aws-bedrock", "aws-anthropic" })
        {
            await using var rig = await FetchRig.WithPictureAsync(kind, fetch);
            await rig.ShouldRefuseAsync("by URL", Picture);
            rig.World.Resolved.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_provider_that_takes_addresses_gets_them_as_they_are()
    {
        foreach (var kind in new[] { "anthropic", "gcp-vertex" })
        {
            await using var rig = await FetchRig.WithPictureAsync(kind);
            (await rig.AskAsync(Picture)).Status.ShouldBe(200);
            rig.Provider.Last.Text.ShouldContain(Picture);
            rig.World.Resolved.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task An_address_that_occurs_twice_is_fetched_once()
    {
        await using var rig = await FetchRig.WithPictureAsync();
        (await rig.AskAsync(Picture, Picture, "http://cdn.my-site.org/dog.png")).Status.ShouldBe(200);
        rig.World.Calls.Select(c => c.Target).Order(StringComparer.Ordinal).ShouldBe(["/cat.png", "/dog.png"]);
        rig.Provider.Last.Text.Split(Convert.ToBase64String(FetchRig.Png)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_model_says_for_itself_what_may_be_fetched()
    {
        var cell = Cell.Of("aws-bedrock");
        await using var world = new OutsideWorld(call => call.AnswerAsync(200, "image/png", FetchRig.Png));
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              p: {{cell.Configuration(provider.Url)}}
            models:
              m: { backends: [{ provider: p, model: {{cell.Model}} }], fetch: { images: false } }
              "*": [{ provider: p, model: {{cell.Model}} }]
            fetch: { images: true, http: true }
            """, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IOutsideNetwork>(services, world));
        var ask = FetchRig.Ask(Cell.OpenAI, Picture);
        (await gateway.PostAsync(Cell.OpenAI, ask)).Status.ShouldBe(400);
        (await gateway.PostAsync(Cell.OpenAI, ask.Replace("\"m\"", "\"other\"", StringComparison.Ordinal))).Status.ShouldBe(200);
        world.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("application/pdf", "%PDF-1.7 made up", "application/pdf")]
    [InlineData("application/octet-stream", "%PDF-1.7 made up", "application/pdf")]
    [InlineData("text/plain; charset=utf-8", "Words é", null)]
    public async Task A_document_is_fetched_for_a_provider_of_OpenAIs_dialect(string type, string content, string? inline)
    {
        await using var rig = await FetchRig.StartAsync("openai", call => call.AnswerAsync(200, type, Encoding.UTF8.GetBytes(content)));
        var (status, body, _) = await rig.Gateway.PostAsync(Cell.Anthropic, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://cdn.my-site.org/a.pdf"}},{"type":"text","text":"?"}]}]}""".Replace("https:", "http:", StringComparison.Ordinal));
        status.ShouldBe(200, body);
        rig.Provider.Last.Text.ShouldContain(inline is null ? content : $"data:{inline};base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(content))}");
    }

    [Fact]
    public async Task A_picture_in_the_result_of_a_tool_is_fetched_too()
    {
        await using var rig = await FetchRig.WithPictureAsync();
        var (status, body, _) = await rig.Gateway.PostAsync(Cell.Anthropic, $$$"""
            {"model":"m","max_tokens":9,"tools":[{"name":"look","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Look."},
             {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"look","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"image","source":{"type":"url","url":"{{{Picture}}}"}}]}]}]}
            """);
        status.ShouldBe(200, body);
        rig.Provider.Last.Text.ShouldContain(Convert.ToBase64String(FetchRig.Png));
    }

    [Fact]
    public async Task What_cannot_be_fetched_is_asked_of_the_next_backend()
    {
        var (bedrock, anthropic) = (Cell.Of("aws-bedrock"), Cell.Of("anthropic"));
        await using var world = new OutsideWorld(call => call.AnswerAsync(404, "gone"));
        await using var first = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(bedrock)));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(anthropic)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              first: {{bedrock.Configuration(first.Url)}}
              second: {{anthropic.Configuration(second.Url)}}
            models:
              m: [{ provider: first, model: {{bedrock.Model}} }, { provider: second, model: {{anthropic.Model}}, priority: 1 }]
            fetch: { images: true, http: true }
            retry: { attempts: 3 }
            """, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IOutsideNetwork>(services, world));
        var (status, body, response) = await gateway.PostAsync(Cell.OpenAI, FetchRig.Ask(Cell.OpenAI, Picture));
        status.ShouldBe(200, body);
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["second"]);
        second.Last.Text.ShouldContain(Picture);
        first.Calls.ShouldBeEmpty();
        (await gateway.LogLineAsync()).GetProperty("attempts").GetInt32().ShouldBe(1, "a provider that was not asked is no attempt");
    }

    [Fact]
    public async Task What_can_be_refused_without_fetching_is_refused_without()
    {
        await using var rig = await FetchRig.WithPictureAsync();
        var ask = FetchRig.Ask(Cell.OpenAI, Picture).Replace("\"max_tokens\"", "\"n\":9,\"max_tokens\"", StringComparison.Ordinal);
        var (status, body, _) = await rig.Gateway.PostAsync(Cell.OpenAI, ask);
        status.ShouldBe(400);
        body.ShouldContain("cannot be asked for n");
        rig.World.Resolved.ShouldBeEmpty();
        await rig.ShouldRefuseAsync("more than 20", [.. Enumerable.Range(0, 21).Select(i => $"http://cdn.my-site.org/{i}")]);
        rig.World.Resolved.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_field_at_fault_is_named()
    {
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(404, "gone"));
        var (_, body, _) = await rig.AskAsync(Picture);
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        error.GetProperty("param").GetString().ShouldBe("messages.0.content.1");
        error.GetProperty("code").GetString().ShouldBe("invalid_request");
        error.GetProperty("message").GetString().ShouldBe("the address at messages.0.content.1 is answered with status 404: send the content inline, or an address that can be fetched");
        (await rig.Gateway.LogLineAsync()).GetProperty("attempts").GetInt32().ShouldBe(0);
    }
}
