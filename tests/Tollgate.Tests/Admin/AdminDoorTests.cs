using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Hosting;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Admin;

/// <summary>The admin API opens for its token alone.</summary>
public sealed class AdminDoorTests : IDisposable
{
    private const string Token = "operator-token-0123456789";
    private const string Yaml = "providers: { simulator: {} }\nmodels: { \"*\": simulator }\n";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "tollgate-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong-token-0123456789")]
    [InlineData("Bearer operator-token-012345678")]
    [InlineData("Bearer Operator-token-0123456789")]
    [InlineData("Basic operator-token-0123456789")]
    [InlineData("operator-token-0123456789")]
    public async Task Is_closed_to_whoever_has_another_token(string? authorization)
    {
        await using var gateway = await TestGateway.StartAsync(Yaml + "adminToken: " + Token);
        using var response = await SendAsync(gateway, authorization);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var body = await response.Content.ReadAsStringAsync();
        body.ShouldNotContain(Token, Case.Insensitive);
        JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()!.ShouldContain("adminToken");
    }

    [Fact]
    public async Task Opens_for_the_token_of_the_configuration()
    {
        await using var gateway = await TestGateway.StartAsync(Yaml + "adminToken: " + Token);
        using var response = await SendAsync(gateway, "Bearer " + Token);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await gateway.Admin.GetStringAsync("/config")).ShouldNotContain(Token);
    }

    [Theory]
    [InlineData("origin", "http://127.0.0.1:1064")]
    [InlineData("origin", "null")]
    [InlineData("sec-fetch-site", "same-origin")]
    public async Task Does_not_answer_browsers_even_with_the_token(string header, string value)
    {
        await using var gateway = await TestGateway.StartAsync(Yaml + "adminToken: " + Token);
        using var response = await SendAsync(gateway, "Bearer " + Token, (header, value));
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        response.Headers.Contains("access-control-allow-origin").ShouldBeFalse();
    }

    [Fact]
    public async Task Is_not_on_the_clients_port_whatever_host_is_named()
    {
        await using var gateway = await TestGateway.StartAsync(Yaml + "adminToken: " + Token);
        foreach (var host in (string[])[gateway.Host.AdminAddress.Authority, "localhost:1064", "admin.localhost"])
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/keys") { Headers = { Host = host, Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
            using var response = await gateway.Client.SendAsync(message);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await response.Content.ReadAsStringAsync()).ShouldContain("unknown_url");
        }
    }

    [Fact]
    public async Task Stays_closed_when_there_is_no_token_at_all()
    {
        await using var gateway = await TestGateway.StartAsync(Yaml);
        foreach (var authorization in (string?[])[null, "Bearer", "Bearer ", "Bearer x"])
        {
            using var response = await SendAsync(gateway, authorization);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await response.Content.ReadAsStringAsync()).ShouldContain("set adminToken");
        }
    }

    [Fact]
    public async Task Makes_a_token_at_the_first_start_that_only_the_owner_can_read_and_keeps_it()
    {
        string token;
        await using (var first = await StartWithStateAsync())
        {
            var file = Path.Combine(_folder, "admin-token");
            token = (await File.ReadAllTextAsync(file)).Trim();
            token.Length.ShouldBeGreaterThan(60);
            if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var open = await SendAsync(first, "Bearer " + token);
            open.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var closed = await SendAsync(first, null);
            (await closed.Content.ReadAsStringAsync()).ShouldContain("admin-token");
        }

        await using var second = await StartWithStateAsync();
        using var again = await SendAsync(second, "Bearer " + token);
        again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_token_of_the_configuration_replaces_the_one_that_was_made()
    {
        await using (await StartWithStateAsync())
        {
        }

        var made = (await File.ReadAllTextAsync(Path.Combine(_folder, "admin-token"))).Trim();
        await using var gateway = await StartWithStateAsync("adminToken: " + Token);
        using var response = await SendAsync(gateway, "Bearer " + made);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private Task<TestGateway> StartWithStateAsync(string more = "") =>
        TestGateway.StartAsync(Yaml + more, services => services.AddSingleton(new StateDirectory(_folder)));

    private static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string? authorization, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/nothing");
        if (authorization is not null) message.Headers.TryAddWithoutValidation("authorization", authorization);
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        return await gateway.Admin.SendAsync(message);
    }
}
