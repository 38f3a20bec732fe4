using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Lanes;

/// <summary>The gateway inside somebody else's application.</summary>
public sealed class LibraryFormTests
{
    [Fact]
    public async Task Serves_beside_the_applications_own_endpoints()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{\"id\":\"x\"}"));
        await using var app = await StartAsync(provider.Url, new PrefixConfig());
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        (await client.GetStringAsync("/hello")).ShouldBe("own");
        using var chat = await client.PostAsync("/v1/chat/completions", Json("{\"model\":\"m\"}"));
        (await chat.Content.ReadAsStringAsync()).ShouldBe("{\"id\":\"x\"}");
        (await client.GetStringAsync("/v1/models")).ShouldContain("\"id\":\"m\"");
        using var unknown = await client.GetAsync("/v1/nothing");
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("unknown_url");
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/")]
    [InlineData("/metrics")]
    [InlineData("/v1x/models")]
    public async Task Outside_of_the_prefixes_the_applications_404_stays_its_own(string path)
    {
        await using var app = await StartAsync("http://127.0.0.1:9", new PrefixConfig());
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var response = await client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldBe("the application's own 404");
        response.Headers.Contains("x-tollgate-request-id").ShouldBeFalse();
    }

    [Fact]
    public async Task Prefixes_move_below_the_applications_base_path()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var app = await StartAsync(provider.Url, new PrefixConfig(OpenAI: "/ai/openai/v1"), "/base");
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var chat = await client.PostAsync("/base/ai/openai/v1/chat/completions", Json("{\"model\":\"m\"}"));
        chat.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetStringAsync("/base/ai/openai/v1/files/a%2Fb?x=1")).ShouldBe("{}");
        provider.Last.Target.ShouldBe("/v1/files/a%2Fb?x=1");
        using var old = await client.GetAsync("/base/v1/models");
        (await old.Content.ReadAsStringAsync()).ShouldBe("the application's own 404");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<WebApplication> StartAsync(string url, PrefixConfig prefixes, string basePath = "")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddTollgate(new GatewayConfig
        {
            Providers = [new ProviderConfig { Name = "p", Kind = "openai", Url = new Uri(url + "/v1") }],
            Models = [new ModelConfig { Name = "m", Backends = [new BackendConfig { Provider = "p" }] }],
            AccessLog = new AccessLogConfig(Enabled: false),
            Prefixes = prefixes,
        });
        var app = builder.Build();
        if (basePath.Length > 0)
        {
            app.UsePathBase(basePath);
            app.UseRouting();
        }

        app.MapTollgate();
        app.MapGet("/hello", () => "own");
        app.MapFallback(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("the application's own 404");
        });
        await app.StartAsync();
        return app;
    }
}
