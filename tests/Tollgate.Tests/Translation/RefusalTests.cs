using System.Text.Json;
using Tollgate.Pipeline.Translation;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Translation;

/// <summary>What cannot be asked, what was left out, and what breaks the client's own dialect.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData(Cell.OpenAI, "anthropic", ",\"n\":9", "n")]
    [InlineData(Cell.OpenAI, "aws-bedrock", ",\"n\":2,\"stream\":true", "n")]
    [InlineData(Cell.OpenAI, "aws-bedrock", ",\"logprobs\":true", "logprobs")]
    [InlineData(Cell.OpenAI, "gcp-vertex", ",\"n\":9", "n")]
    [InlineData(Cell.OpenAI, "anthropic", ",\"logprobs\":true", "logprobs")]
    [InlineData(Cell.OpenAI, "responses-only", ",\"stop\":\"x\"", "stop")]
    [InlineData(Cell.Responses, "chat-only", ",\"previous_response_id\":\"resp_1\"", "previous_response_id")]
    [InlineData(Cell.Responses, "anthropic", ",\"conversation\":\"conv_1\"", "conversation")]
    [InlineData(Cell.Responses, "gcp-vertex", ",\"background\":true", "background")]
    public async Task What_would_change_the_answer_is_refused_by_name(string path, string kind, string more, string field)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of(kind));
        var (status, error) = await ErrorShape.PostAsync(rig.Gateway, path, Cell.Ask(path, more: more));
        status.ShouldBe(400);
        error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "operation_not_supported");
        error.Message.ShouldStartWith($"provider 'p' cannot be asked for {field}");
        error.Param.ShouldBe(field);
        rig.Provider.Calls.ShouldBeEmpty();
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("operation_not_supported");
    }

    [Fact]
    public async Task A_backend_that_cannot_say_it_is_passed_over()
    {
        var (bedrock, openai) = (Cell.Of("aws-bedrock"), Cell.Of("openai"));
        await using var first = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(bedrock)));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(openai)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              first: {{bedrock.Configuration(first.Url)}}
              second: {{openai.Configuration(second.Url)}}
            models:
              m: [{ provider: first, model: amazon.nova-pro-v1:0, priority: 0 }, { provider: second, model: gpt-4o, priority: 1 }]
            """);

        var (status, body, response) = await gateway.PostAsync(Cell.OpenAI, Cell.Ask(Cell.OpenAI));
        status.ShouldBe(200, body);
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["first"]);

        var asked = Cell.Ask(Cell.OpenAI, more: ",\"n\":2,\"x_unknown\": 1");
        (status, body, response) = await gateway.PostAsync(Cell.OpenAI, asked);
        status.ShouldBe(200, body);
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["second"]);
        second.Last.Text.ShouldBe(asked.Replace("\"model\":\"m\"", "\"model\":\"gpt-4o\"", StringComparison.Ordinal), "it speaks the client's dialect: nothing but the model changes");
        first.Calls.Count.ShouldBe(1);
        var line = await gateway.LogLineAsync(2);
        (line.GetProperty("provider").GetString(), line.GetProperty("model_served").GetString(), line.GetProperty("attempts").GetInt32()).ShouldBe(("second", "gpt-4o", 1));
        line.TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_backends_with_weights_one_that_can_say_it_is_taken_whatever_chance_says()
    {
        var openai = Cell.Of("openai");
        await using var first = new ScriptedProvider(_ => Task.CompletedTask);
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(openai)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              first: {{Cell.Of("aws-bedrock").Configuration(first.Url)}}
              second: {{openai.Configuration(second.Url)}}
            models:
              m: [{ provider: first, weight: 99 }, { provider: second, weight: 1 }]
            """);
        for (var i = 0; i < 10; i++) (await gateway.PostAsync(Cell.OpenAI, Cell.Ask(Cell.OpenAI, more: ",\"n\":2"))).Status.ShouldBe(200);
        second.Calls.Count.ShouldBe(10);
        first.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_no_backend_can_say_it_the_first_ones_reason_is_the_answer()
    {
        await using var provider = new ScriptedProvider(_ => Task.CompletedTask);
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              first: {{Cell.Of("aws-bedrock").Configuration(provider.Url)}}
              second: {{Cell.Of("anthropic").Configuration(provider.Url)}}
            models:
              m: [{ provider: first, priority: 0 }, { provider: second, priority: 1 }]
            """);
        var (status, error) = await ErrorShape.PostAsync(gateway, Cell.OpenAI, Cell.Ask(Cell.OpenAI, more: ",\"n\":9"));
        status.ShouldBe(400);
        error.Message.ShouldStartWith("provider 'first' cannot be asked for n");
        provider.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Cell.OpenAI, "aws-bedrock", ",\"seed\":7,\"frequency_penalty\":0.5", "seed")]
    [InlineData(Cell.OpenAI, "anthropic", ",\"seed\":7", "seed")]
    [InlineData(Cell.OpenAI, "gcp-vertex", ",\"logit_bias\":{\"1\":2}", "logit_bias")]
    [InlineData(Cell.OpenAI, "responses-only", ",\"seed\":7", "seed")]
    [InlineData(Cell.Responses, "aws-bedrock", ",\"store\":true", "store")]
    public async Task What_was_left_out_is_announced(string path, string kind, string more, string field)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        foreach (var stream in new[] { false, true })
        {
            var (status, body, response) = await rig.AskAsync(path, stream, more);
            status.ShouldBe(200, body);
            response.Headers.GetValues("x-tollgate-dropped").ShouldHaveSingleItem().Split(", ").ShouldContain(field);
            rig.Provider.Last.Text.ShouldNotContain('"' + field + '"');
        }
    }

    [Theory]
    [InlineData(",\"verbosity\":\"low\"", "verbosity")]
    [InlineData(",\"x y\\n\":1", "members that Converse does not know")]
    [InlineData(",\"überall\":1", "members that Converse does not know")]
    public async Task An_unknown_member_is_announced_by_its_own_name_where_a_header_can_hold_it(string more, string announced)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of("aws-bedrock"));
        var (status, body, response) = await rig.AskAsync(Cell.OpenAI, more: more);
        status.ShouldBe(200, body);
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe([announced]);
    }

    [Fact]
    public async Task Nothing_is_announced_when_nothing_was_left_out()
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of("aws-bedrock"));
        (await rig.AskAsync(Cell.OpenAI)).Response.Headers.Contains("x-tollgate-dropped").ShouldBeFalse();
    }

    [Fact]
    public void Names_of_fields_fit_into_a_header() =>
        DialectSet.All.SelectMany(d => d.Rules).Concat(DialectSet.Clients.SelectMany(c => c.RequestRules)).Select(r => r.Field).ShouldAllBe(f => f.All(c => c >= ' ' && c <= '~'));

    [Theory]
    [InlineData(Cell.OpenAI, "aws-bedrock", """{"model":"m","messages":7}""", "messages")]
    [InlineData(Cell.OpenAI, "anthropic", """{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"}""", "temperature")]
    [InlineData(Cell.OpenAI, "gcp-vertex", """{"model":"m","messages":[{"role":"user","content":"x"},{"role":"user","content":[{"type":"image_url"}]}]}""", "messages.1.content.0")]
    [InlineData(Cell.OpenAI, "aws-anthropic", """{"model":"m","messages":[{"role":"tool","content":"x"}]}""", "messages.0")]
    [InlineData(Cell.OpenAI, "anthropic", """{"model":"m"}""", "messages")]
    [InlineData(Cell.Anthropic, "openai", """{"model":"m","max_tokens":"many","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData(Cell.Anthropic, "aws-bedrock", """{"model":"m","max_tokens":5,"messages":[{"role":"king","content":"x"}]}""", "messages.0.role")]
    [InlineData(Cell.Anthropic, "gcp-vertex", """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages.0.content.0")]
    [InlineData(Cell.Anthropic, "azure-openai", """{"model":"m","max_tokens":5}""", "messages")]
    [InlineData(Cell.Responses, "anthropic", """{"model":"m"}""", "input")]
    [InlineData(Cell.Responses, "chat-only", """{"model":"m","input":[{"role":"user","content":"x"},{"role":"user","content":[{"type":"input_image"}]}]}""", "input.1.content.0")]
    public async Task A_body_that_breaks_its_own_dialect_is_refused_with_the_field(string path, string kind, string body, string field)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of(kind));
        var (status, error) = await ErrorShape.PostAsync(rig.Gateway, path, body);
        status.ShouldBe(400, error.Message);
        error.ShouldBeOfType(path, "invalid_request_error", "invalid_request_error", "invalid_request");
        if (path != Cell.Anthropic) error.Param.ShouldNotBeNull().ShouldStartWith(field);
        (error.Message.Contains(field, StringComparison.Ordinal) || error.Message.Contains('/' + field.Replace('.', '/'), StringComparison.Ordinal) || error.Param == field)
            .ShouldBeTrue($"'{error.Message}' does not name {field}");
        rig.Provider.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Cell.OpenAI, "aws-bedrock")]
    [InlineData(Cell.OpenAI, "anthropic")]
    [InlineData(Cell.OpenAI, "gcp-vertex")]
    [InlineData(Cell.OpenAI, "responses-only")]
    [InlineData(Cell.Responses, "anthropic")]
    [InlineData(Cell.Responses, "chat-only")]
    [InlineData(Cell.Anthropic, "openai")]
    public async Task Odd_but_readable_bodies_never_become_a_fault_of_the_gateway(string path, string kind)
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200);
        var tool = path == Cell.OpenAI
            ? ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"x\":" + deep + "}}}]"
            : path == Cell.Responses ? ",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"x\":" + deep + "}}]"
            : ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"x\":" + deep + "}}]";
        string[] bodies =
        [
            Cell.Ask(path, more: tool),
            Cell.Ask(path).Replace("é😀", "half a pair: \\ud83d", StringComparison.Ordinal),
            Cell.Ask(path, more: ",\"\\ud83d\":1"),
            Cell.Ask(path).Replace("50", "1e400", StringComparison.Ordinal),
            Cell.Ask(path).Replace("50", "5e1", StringComparison.Ordinal),
            Cell.Ask(path).Replace("\"Who goes there? é😀\"", "[]", StringComparison.Ordinal),
            Cell.Ask(path).Replace("\"Who goes there? é😀\"", "null", StringComparison.Ordinal),
        ];
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of(kind));
        foreach (var body in bodies)
        {
            var (status, answer, _) = await rig.Gateway.PostAsync(path, body);
            (status is 200 or 400).ShouldBeTrue($"{status} {answer} for {body[^Math.Min(300, body.Length)..]}");
        }
    }

    [Theory]
    [InlineData(Cell.OpenAI, "aws-bedrock")]
    [InlineData(Cell.OpenAI, "anthropic")]
    [InlineData(Cell.OpenAI, "gcp-vertex")]
    [InlineData(Cell.OpenAI, "responses-only")]
    [InlineData(Cell.Responses, "gcp-vertex")]
    [InlineData(Cell.Anthropic, "openai")]
    public async Task Text_that_is_not_UTF8_never_becomes_a_fault_of_the_gateway(string path, string kind)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of(kind));
        var body = System.Text.Encoding.UTF8.GetBytes(Cell.Ask(path));
        body[Array.IndexOf(body, (byte)'W')] = 0xff;
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await rig.Gateway.Client.PostAsync(path, content);
        ((int)response.StatusCode is 200 or 400).ShouldBeTrue(await response.Content.ReadAsStringAsync());
        if (rig.Provider.Calls.TryPeek(out var call)) Should.NotThrow(() => JsonDocument.Parse(call.Body));
    }
}
