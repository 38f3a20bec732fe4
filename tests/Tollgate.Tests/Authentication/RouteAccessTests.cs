using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Hosting;
using Tollgate.Model;
using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Authentication;

/// <summary>Models that say themselves who may ask for them.</summary>
public sealed class RouteAccessTests
{
    private const string Ann = "tg-ann-0123456789abcdef";
    private const string Bob = "tg-bob-0123456789abcdef";
    private const string Admin = "operator-token-0123456789";

    [Theory]
    [InlineData("clients: [ann]", Ann, 200)]
    [InlineData("clients: [ann]", Bob, 403)]
    [InlineData("clients: [ann, bob]", Bob, 200)]
    [InlineData("allow: [127.0.0.0/8]", Bob, 200)]
    [InlineData("allow: [10.0.0.0/8]", Bob, 403)]
    [InlineData("deny: [127.0.0.1]", Bob, 403)]
    [InlineData("clients: [ann], deny: [127.0.0.1]", Ann, 403)]
    [InlineData("clients: []", Bob, 200)]
    public async Task A_model_says_who_may_ask_for_it(string access, string key, int status)
    {
        await using var gateway = await StartAsync(access);
        (await AskAsync(gateway, "guarded", key)).ShouldBe(status);
        (await AskAsync(gateway, "open", key)).ShouldBe(200);
    }

    [Theory]
    [InlineData(Ann, "guarded open", 200, 200)]
    [InlineData(Bob, "open", 403, 403)]
    public async Task Lists_show_it_to_those_only_and_what_names_no_model_is_closed_to_the_others(string key, string listed, int one, int files)
    {
        await using var gateway = await StartAsync("clients: [ann]");
        using var list = await GetAsync(gateway, "/v1/models", key);
        string.Join(' ', JsonDocument.Parse(await list.Content.ReadAsStringAsync()).RootElement.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString())).ShouldBe(listed);
        using var entry = await GetAsync(gateway, "/v1/models/guarded", key);
        ((int)entry.StatusCode).ShouldBe(one);
        using var forwarded = await GetAsync(gateway, "/v1/files", key);
        ((int)forwarded.StatusCode).ShouldBe(files);
        using var stored = await GetAsync(gateway, "/v1/responses/resp_1", key);
        ((int)stored.StatusCode == 403).ShouldBe(files == 403);
    }

    [Fact]
    public async Task A_key_that_was_made_with_the_name_of_a_client_is_not_that_client()
    {
        var folder = Directory.CreateTempSubdirectory("tollgate-access-");
        await using var gateway = await StartAsync("clients: [ann]", services => services.AddSingleton(new StateDirectory(folder.FullName)));
        using var making = new HttpRequestMessage(HttpMethod.Post, "/admin/v1/keys") { Content = new StringContent("""{"name":"carl"}""", Encoding.UTF8, "application/json") };
        making.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Admin);
        using var made = await gateway.Admin.SendAsync(making);
        made.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var key = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("key").GetString()!;
        var later = Loading.Config(Config("http://127.0.0.1:1", "clients: [carl]").Replace("clients: { ann", "clients: { carl: { key: tg-carl-0123456789abcdef }, ann", StringComparison.Ordinal));
        gateway.Host.Services.GetRequiredService<ModelStore>().TryLoad(later, []).ShouldBeTrue();
        (await AskAsync(gateway, "guarded", key)).ShouldBe(403);
        (await AskAsync(gateway, "open", key)).ShouldBe(502);
    }

    [Fact]
    public async Task Tokens_are_let_in_by_their_issuer()
    {
        await using var issuer = new TokenIssuer();
        await using var provider = Answering();
        await using var gateway = await TestGateway.StartAsync(Config(provider.Url, $"issuers: ['{TokenIssuer.Name}']") + issuer.Config() + "\n");
        (await AskAsync(gateway, "guarded", issuer.Token(DateTimeOffset.UtcNow))).ShouldBe(200);
        (await AskAsync(gateway, "guarded", Ann)).ShouldBe(403);
    }

    [Fact]
    public async Task Users_with_passwords_are_let_in_where_it_says_so()
    {
        await using var provider = Answering();
        await using var gateway = await TestGateway.StartAsync(Config(provider.Url, "passwords: true") + "authentication: { basic: { users: 'cid:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=' } }\n");
        var password = "Basic " + Convert.ToBase64String("cid:secret"u8.ToArray());
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"guarded","messages":[]}""", ("authorization", password))).Status.ShouldBe(200);
        (await AskAsync(gateway, "guarded", Ann)).ShouldBe(403);
    }

    [Theory]
    [InlineData("clients: [an]", "t.yaml:3:30: models.guarded.access: no client is named 'an'; did you mean 'ann'?")]
    [InlineData("issuers: [x]", "t.yaml:3:30: models.guarded.access: no issuer is named 'x': add it to authentication.jwt, or correct the name")]
    [InlineData("passwords: true", "t.yaml:3:30: models.guarded.access lets in users with passwords, and there are none: write authentication.basic, or remove it")]
    public void Who_is_not_known_is_told_with_the_place(string access, string problem) =>
        Loading.Problems("\n" + Config("http://127.0.0.1:1", access)).ShouldContain(problem);

    private static Task<TestGateway> StartAsync(string access, Action<IServiceCollection>? services = null)
    {
        var provider = Answering();
        return TestGateway.StartAsync(Config(provider.Url, access), services);
    }

    private static ScriptedProvider Answering() => new(call => call.AnswerAsync(200, "{}"));

    private static string Config(string url, string access) => $$"""
        providers: { p: { kind: openai, url: '{{url}}/v1' } }
        models: { guarded: { access: { {{access}} }, backends: p }, open: p }
        default: p
        adminToken: {{Admin}}
        clients: { ann: { key: {{Ann}} }, bob: { key: {{Bob}} } }

        """;

    private static async Task<int> AskAsync(TestGateway gateway, string model, string key) =>
        (await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[]}""", ("authorization", "Bearer " + key))).Status;

    private static async Task<HttpResponseMessage> GetAsync(TestGateway gateway, string path, string key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        return await gateway.Client.SendAsync(message);
    }
}
