using System.Net;
using Tollgate.Access;
using Tollgate.Configuration;
using Tollgate.Configuration.Schema;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Access;

/// <summary>From where a request may come: addresses, and pages of other origins.</summary>
public sealed class DoorwayTests
{
    private const string Base = "providers: { simulator: {} }\nmodels: { m: simulator }\n";
    private const string Body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    [Theory]
    [InlineData("", "", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "", "11.1.2.3", false)]
    [InlineData("10.0.0.0/8", "10.66.0.0/16", "10.66.0.1", false)]
    [InlineData("", "10.66.0.0/16", "10.67.0.1", true)]
    [InlineData("10.0.0.0/8", "", "::ffff:10.1.2.3", true)]
    [InlineData("", "10.0.0.0/8", "::ffff:10.1.2.3", false)]
    [InlineData("fd00::/8", "", "fd12::1", true)]
    [InlineData("fd00::/8", "", "fe80::1", false)]
    [InlineData("127.0.0.1", "", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "", "127.0.0.2", false)]
    public void An_address_is_let_in_by_the_lists(string allow, string deny, string address, bool expected) =>
        new AddressList(new AddressListConfig(Networks(allow), Networks(deny))).Lets(IPAddress.Parse(address)).ShouldBe(expected);

    [Fact]
    public async Task A_denied_address_is_refused_before_it_is_asked_for_a_key()
    {
        await using var gateway = await TestGateway.StartAsync(Base + "access: { deny: [127.0.0.0/8] }\nclients: { a: { key: tg-alice-0123456789abcdef } }");
        var (status, body, _) = await gateway.PostAsync(ErrorShape.OpenAI, Body);
        status.ShouldBe(403);
        body.ShouldContain("this address may not call");
        (await gateway.Admin.GetStringAsync("/healthz")).ShouldBe("ok\n");
    }

    [Fact]
    public async Task A_forwarded_address_is_not_believed()
    {
        await using var gateway = await TestGateway.StartAsync(Base + "access: { allow: [10.0.0.0/8] }");
        (await gateway.PostAsync(ErrorShape.OpenAI, Body, ("x-forwarded-for", "10.0.0.1"), ("forwarded", "for=10.0.0.1"), ("x-real-ip", "10.0.0.1"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_page_of_a_named_origin_may_ask_and_call()
    {
        await using var gateway = await StartAsync("cors: { origins: [\"https://*.my.org\"], headers: [authorization, content-type], exposeHeaders: [x-tollgate-request-id], maxAge: 10m, credentials: true }");
        using var question = await PreflightAsync(gateway, "https://app.my.org");
        question.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Header(question, "access-control-allow-origin").ShouldBe("https://app.my.org");
        Header(question, "access-control-allow-methods").ShouldBe("GET, POST");
        Header(question, "access-control-allow-headers").ShouldBe("authorization, content-type");
        Header(question, "access-control-max-age").ShouldBe("600");
        Header(question, "access-control-allow-credentials").ShouldBe("true");
        Header(question, "vary").ShouldBe("origin");

        var (status, _, answer) = await gateway.PostAsync(ErrorShape.OpenAI, Body, ("origin", "https://app.my.org"), ("sec-fetch-site", "cross-site"), ("authorization", "Bearer tg-alice-0123456789abcdef"));
        status.ShouldBe(200);
        Header(answer, "access-control-allow-origin").ShouldBe("https://app.my.org");
        Header(answer, "access-control-expose-headers").ShouldBe("x-tollgate-request-id");
    }

    [Fact]
    public async Task The_page_can_read_why_it_was_refused()
    {
        await using var gateway = await StartAsync("cors: { origins: [\"https://app.my.org\"] }");
        var (status, _, answer) = await gateway.PostAsync(ErrorShape.OpenAI, Body, ("origin", "https://app.my.org"));
        status.ShouldBe(401);
        Header(answer, "access-control-allow-origin").ShouldBe("https://app.my.org");
    }

    [Theory]
    [InlineData("https://evil.org")]
    [InlineData("https://my.org.evil.org")]
    [InlineData("http://app.my.org")]
    [InlineData("null")]
    public async Task Pages_of_other_origins_get_no_leave(string origin)
    {
        await using var gateway = await StartAsync("cors: { origins: [\"https://app.my.org\"] }");
        using var question = await PreflightAsync(gateway, origin);
        question.StatusCode.ShouldNotBe(HttpStatusCode.NoContent);
        question.Headers.Contains("access-control-allow-origin").ShouldBeFalse();
    }

    [Fact]
    public void Credentials_for_every_origin_are_refused()
    {
        var loaded = ConfigLoader.Parse(Base + "cors: { origins: ['*'], credentials: true }", "t.yaml", new ConfigContext(_ => null, Tollgate.Catalog.Catalogue.Default));
        string.Join('\n', loaded.Problems).ShouldContain("name the origins");
    }

    private static Task<TestGateway> StartAsync(string more) => TestGateway.StartAsync(Base + "clients: { a: { key: tg-alice-0123456789abcdef } }\n" + more);

    private static async Task<HttpResponseMessage> PreflightAsync(TestGateway gateway, string origin)
    {
        using var message = new HttpRequestMessage(HttpMethod.Options, ErrorShape.OpenAI);
        message.Headers.TryAddWithoutValidation("origin", origin);
        message.Headers.TryAddWithoutValidation("access-control-request-method", "POST");
        message.Headers.TryAddWithoutValidation("access-control-request-headers", "authorization");
        return await gateway.Client.SendAsync(message);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).ShouldHaveSingleItem();

    private static System.Collections.Immutable.ImmutableArray<IPNetwork> Networks(string text) => text.Length == 0 ? [] : [AuthenticationShapes.ParseNetwork(text)!.Value];
}
