using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing;

/// <summary>The lists of models, answered from the configuration in the shape that the caller's SDK reads.</summary>
public sealed class ModelListTests
{
    [Fact]
    public async Task Lists_every_name_and_no_glob()
    {
        await using var gateway = await StartAsync();
        var list = await GetAsync(gateway, "/v1/models");
        list.GetProperty("object").GetString().ShouldBe("list");
        Ids(list).ShouldBe(["m1", "org/m2", "m3", "m4"]);
        var first = list.GetProperty("data")[0];
        first.GetRawText().ShouldBe("{\"id\":\"m1\",\"object\":\"model\",\"created\":1735787045,\"owned_by\":\"acme\"}");
        list.GetProperty("data")[1].GetProperty("owned_by").GetString().ShouldBe("openai");
        list.GetProperty("data")[1].GetProperty("created").GetInt64().ShouldBeGreaterThan(1_700_000_000);
    }

    [Theory]
    [InlineData("m1", "m1")]
    [InlineData("org/m2", "org/m2")]
    [InlineData("org%2Fm2", "org/m2")]
    [InlineData("gpt-served-by-a-glob", "gpt-served-by-a-glob")]
    [InlineData("gpt-a/b", "gpt-a/b")]
    public async Task Shows_one_model(string path, string id)
    {
        await using var gateway = await StartAsync();
        var (status, body) = await Lanes.RawClient.SendAsync(gateway, "GET", "/v1/models/" + path);
        status.ShouldBe(200);
        var model = JsonDocument.Parse(body).RootElement;
        (model.GetProperty("id").GetString(), model.GetProperty("object").GetString()).ShouldBe((id, "model"));
    }

    [Theory]
    [InlineData("/v1/models/nothing")]
    [InlineData("/anthropic/v1/models/nothing")]
    public async Task Says_that_a_model_does_not_exist(string path)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.Client.GetAsync(path);
        ((int)response.StatusCode).ShouldBe(404);
        var error = ErrorShape.Read(path, await response.Content.ReadAsStringAsync(), response);
        error.Message.ShouldBe("the model 'nothing' does not exist; the models here are m1, org/m2, m3, m4");
        if (path.StartsWith("/v1", StringComparison.Ordinal)) error.Code.ShouldBe("model_not_found");
        else error.Type.ShouldBe("not_found_error");
    }

    [Theory]
    [InlineData("/anthropic/v1/models", false)]
    [InlineData("/v1/models", true)]
    public async Task Lists_models_as_Anthropic_does_when_its_client_asks(string path, bool version)
    {
        await using var gateway = await StartAsync();
        if (version) gateway.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        var list = await GetAsync(gateway, path);
        list.EnumerateObject().Select(p => p.Name).ShouldBe(["data", "has_more", "first_id", "last_id"]);
        Ids(list).ShouldBe(["m1", "org/m2", "m3", "m4"]);
        list.GetProperty("data")[0].GetRawText().ShouldBe("{\"type\":\"model\",\"id\":\"m1\",\"display_name\":\"m1\",\"created_at\":\"2025-01-02T03:04:05Z\"}");
        (await GetAsync(gateway, path + "/org/m2")).GetProperty("type").GetString().ShouldBe("model");
    }

    [Theory]
    [InlineData("limit=2", "m1 org/m2", true)]
    [InlineData("limit=2&after_id=org/m2", "m3 m4", false)]
    [InlineData("limit=1&after_id=m1", "org/m2", true)]
    [InlineData("after_id=m4", "", false)]
    [InlineData("limit=2&before_id=m4", "org/m2 m3", true)]
    [InlineData("limit=5&before_id=m3", "m1 org/m2", false)]
    [InlineData("limit=0", "m1", true)]
    [InlineData("limit=x", "m1 org/m2 m3 m4", false)]
    public async Task Pages_through_Anthropics_list(string query, string ids, bool more)
    {
        await using var gateway = await StartAsync();
        var page = await GetAsync(gateway, "/anthropic/v1/models?" + query);
        string.Join(' ', Ids(page)).ShouldBe(ids);
        page.GetProperty("has_more").GetBoolean().ShouldBe(more);
        page.GetProperty("first_id").GetString().ShouldBe(Ids(page).FirstOrDefault());
        page.GetProperty("last_id").GetString().ShouldBe(Ids(page).LastOrDefault());
    }

    [Fact]
    public async Task Logs_the_list_as_what_it_is()
    {
        await using var gateway = await StartAsync();
        await GetAsync(gateway, "/v1/models");
        var line = await gateway.LogLineAsync();
        (line.GetProperty("operation").GetString(), line.GetProperty("status").GetInt32(), line.GetProperty("attempts").GetInt32()).ShouldBe(("models", 200, 0));
    }

    private static async Task<JsonElement> GetAsync(TestGateway gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(path);
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        response.Headers.GetValues("x-tollgate-request-id").ShouldHaveSingleItem().ShouldStartWith("req_");
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private static string[] Ids(JsonElement list) => [.. list.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()!)];

    private static Task<TestGateway> StartAsync() => TestGateway.StartAsync("""
        providers: { p: { kind: openai, url: http://127.0.0.1:9/v1 } }
        models:
          m1: { ownedBy: acme, created: 2025-01-02T03:04:05Z, backends: [p] }
          "gpt-*": p
          org/m2: p
          m3: p
          m4: p
        """);
}
