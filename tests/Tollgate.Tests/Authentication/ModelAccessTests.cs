using System.Text.Json;
using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Authentication;

/// <summary>Callers that may ask for some models only.</summary>
public sealed class ModelAccessTests
{
    private const string Key = "tg-limited-0123456789";
    private const string Free = "tg-free-0123456789abc";

    private static readonly (string, string) Limited = ("authorization", "Bearer " + Key);

    [Theory]
    [InlineData("gpt-4o-mini", 200)]
    [InlineData("claude-x", 200)]
    [InlineData("gpt-4o", 403)]
    [InlineData("no-such-model", 403)]
    public async Task A_caller_with_a_list_gets_what_is_on_it(string model, int expected)
    {
        await using var gateway = await StartAsync();
        var question = $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""";
        var (status, body, _) = await gateway.PostAsync("/v1/chat/completions", question, Limited);
        status.ShouldBe(expected);
        if (expected == 403) body.ShouldContain("'limited' may not ask for this model: its key is for gpt-4o-mini, claude-*");
        (await gateway.PostAsync("/v1/chat/completions", question, ("authorization", "Bearer " + Free))).Status.ShouldNotBe(403);
    }

    [Fact]
    public async Task The_header_that_names_a_model_is_held_to_the_list_too()
    {
        await using var gateway = await StartAsync();
        (await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[]}""", Limited, ("x-ai-eg-model", "gpt-4o"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Lists_show_what_it_may_ask_for()
    {
        await using var gateway = await StartAsync();
        using var list = await GetAsync(gateway, "/v1/models");
        JsonDocument.Parse(await list.Content.ReadAsStringAsync()).RootElement.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ShouldBe(["gpt-4o-mini", "claude-x"]);
        using var hidden = await GetAsync(gateway, "/v1/models/gpt-4o");
        ((int)hidden.StatusCode).ShouldBe(403);
    }

    [Fact]
    public async Task What_names_no_model_is_closed_to_it()
    {
        await using var gateway = await StartAsync();
        using var files = await GetAsync(gateway, "/v1/files");
        ((int)files.StatusCode).ShouldBe(403);
        (await files.Content.ReadAsStringAsync()).ShouldContain("this names no model");
    }

    [Fact]
    public void An_empty_list_is_a_mistake() =>
        Loading.Problems($"providers: {{ simulator: {{}} }}\nmodels: {{ m: simulator }}\nclients: {{ a: {{ key: {Key}, models: [] }} }}\n")
            .ShouldBe(["t.yaml:3:53: clients.a.models is empty, so it could ask for nothing: name models, or remove the line"]);

    private static async Task<HttpResponseMessage> GetAsync(TestGateway gateway, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(Limited.Item1, Limited.Item2);
        return await gateway.Client.SendAsync(request);
    }

    private static Task<TestGateway> StartAsync() => TestGateway.StartAsync($$"""
        providers: { simulator: {} }
        models: { gpt-4o: simulator, gpt-4o-mini: simulator, claude-x: simulator }
        clients:
          limited: { key: {{Key}}, models: [gpt-4o-mini, "claude-*"] }
          free: { key: {{Free}} }
        """);
}
