using System.Net;
using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Endpoints;

/// <summary>A gateway without client keys is open to this machine, not to the web pages that somebody here looks at.</summary>
public sealed class OpenDoorTests
{
    private const string Open = "providers: { sim: { kind: simulator } }\nmodels: { m: sim }\n";

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:1975")]
    [InlineData("[::1]:1975")]
    [InlineData("tollgate.localhost")]
    public async Task Takes_a_host_header_that_cannot_be_made_to_point_here(string host)
    {
        await using var gateway = await TestGateway.StartAsync(Open);
        (await GetAsync(gateway, ("host", host))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("host", "evil.example")]
    [InlineData("host", "localhost.evil.example")]
    [InlineData("sec-fetch-site", "cross-site")]
    [InlineData("sec-fetch-site", "same-site")]
    public async Task Turns_away_what_a_web_page_sends(string name, string value)
    {
        await using var gateway = await TestGateway.StartAsync(Open);
        var response = await GetAsync(gateway, (name, value));
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"forbidden\"");
    }

    [Fact]
    public async Task Takes_every_host_header_when_anonymous_callers_are_allowed_or_keys_are_asked()
    {
        await using var anonymous = await TestGateway.StartAsync("allowAnonymous: true\n" + Open);
        (await GetAsync(anonymous, ("host", "gateway.example"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var closed = await TestGateway.StartAsync("clients: { app: { key: 0123456789abcdef } }\n" + Open);
        (await GetAsync(closed, ("host", "gateway.example"), ("authorization", "Bearer 0123456789abcdef"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Turns_away_a_form_that_a_page_posts_as_json()
    {
        await using var gateway = await TestGateway.StartAsync(Open);
        using var text = new StringContent("""{"model":"m","messages":[]}""", Encoding.UTF8, "text/plain");
        (await gateway.Client.PostAsync("/v1/chat/completions", text)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestGateway gateway, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        return await gateway.Client.SendAsync(message);
    }
}
