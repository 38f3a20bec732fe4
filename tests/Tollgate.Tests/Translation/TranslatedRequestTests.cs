using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translation;

/// <summary>What a provider of another dialect is sent.</summary>
public sealed class TranslatedRequestTests
{
    private static readonly (string, string)[] ClientHeaders =
    [
        ("authorization", "Bearer client-key"), ("x-api-key", "client-key"), ("anthropic-version", "2020-01-01"), ("anthropic-beta", "some-beta"),
        ("openai-organization", "org"), ("openai-beta", "assistants=v2"), ("x-stainless-lang", "js"), ("x-custom", "kept"),
    ];

    public static TheoryData<string, string> Grid => Cell.Grid;

    [Theory, MemberData(nameof(Grid))]
    public async Task Goes_to_the_providers_own_path_with_its_own_credential(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        foreach (var stream in new[] { false, true })
        {
            (await rig.AskAsync(path, stream, "", ClientHeaders)).Status.ShouldBe(200);
            var call = rig.Provider.Last;
            (call.Method, call.Target).ShouldBe(("POST", stream ? cell.StreamTarget : cell.Target));
            call.Headers["content-type"].ShouldBe("application/json");
            if (cell.Credential is { } credential) call.Headers[credential.Name].ShouldBe(credential.Value);
            else call.ShouldBeSigned(Cell.Secret);
            call.Headers.Values.ShouldNotContain(v => v.Contains("client-key", StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task Carries_no_header_of_the_clients_dialect(string path, string kind)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of(kind));
        (await rig.AskAsync(path, stream: false, "", ClientHeaders)).Status.ShouldBe(200);
        var call = rig.Provider.Last;
        call.Headers["x-custom"].ShouldBe("kept");
        call.Headers.Keys.ShouldNotContain(n => n.StartsWith("openai-", StringComparison.OrdinalIgnoreCase) || n.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase));
        call.Headers.Where(h => h.Key.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)).Select(h => h.Key.ToLowerInvariant() + ": " + h.Value)
            .ShouldBe(kind == "anthropic" ? ["anthropic-version: 2023-06-01"] : []);
        call.Text.ShouldNotContain("some-beta");
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task Says_the_question_in_the_providers_dialect(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        (await rig.AskAsync(path)).Status.ShouldBe(200);
        var body = JsonDocument.Parse(rig.Provider.Last.Body).RootElement;
        var (system, user, limit) = Question(cell, body);
        (system, user, limit).ShouldBe(("Be brief.", "Who goes there? é😀", 50));
        var namesModel = kind is "openai" or "azure-openai" or "anthropic" or "chat-only" or "responses-only";
        body.TryGetProperty("model", out var model).ShouldBe(namesModel);
        if (namesModel) model.GetString().ShouldBe(cell.Model);
        if (cell.Dialect == "anthropic.messages" && !namesModel) body.GetProperty("anthropic_version").GetString().ShouldBe(kind == "gcp-anthropic" ? "vertex-2023-10-16" : "bedrock-2023-05-31");
    }

    [Theory]
    [InlineData(Cell.OpenAI, "anthropic", true)]
    [InlineData(Cell.OpenAI, "gcp-anthropic", true)]
    [InlineData(Cell.OpenAI, "aws-anthropic", false)]
    [InlineData(Cell.OpenAI, "aws-bedrock", false)]
    [InlineData(Cell.OpenAI, "gcp-vertex", false)]
    [InlineData(Cell.Responses, "chat-only", true)]
    [InlineData(Cell.OpenAI, "responses-only", true)]
    [InlineData(Cell.Anthropic, "openai", true)]
    public async Task Asks_for_a_stream_in_the_body_only_where_that_is_said_there(string path, string kind, bool inBody)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        await rig.AskAsync(path, stream: true);
        var body = JsonDocument.Parse(rig.Provider.Last.Body).RootElement;
        (body.TryGetProperty("stream", out var stream) && stream.GetBoolean()).ShouldBe(inBody);
        if (kind is "openai" or "chat-only") body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().ShouldBeTrue("the log wants the usage");
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("azure-openai")]
    public async Task Leaves_out_the_query_of_the_clients_dialect(string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        (await rig.Gateway.PostAsync(Cell.Anthropic + "?beta=true", Cell.Ask(Cell.Anthropic))).Status.ShouldBe(200);
        rig.Provider.Last.Target.ShouldBe(cell.Target);
    }

    [Theory]
    [InlineData(Cell.OpenAI, "anthropic", "temperature: 0.25, metadata: ~", "system")]
    [InlineData(Cell.OpenAI, "aws-anthropic", "temperature: 0.25", "system")]
    [InlineData(Cell.OpenAI, "aws-bedrock", "guardrailConfig: { guardrailIdentifier: g, guardrailVersion: DRAFT }", "system")]
    [InlineData(Cell.OpenAI, "gcp-vertex", "labels: { team: tolls }", "systemInstruction")]
    [InlineData(Cell.Anthropic, "openai", "service_tier: flex", "user")]
    public async Task Applies_the_operators_changes_to_the_translated_body(string path, string kind, string set, string removed)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell, $", body: {{ set: {{ {set} }}, remove: [{removed}] }}, headers: {{ set: {{ x-team: tolls }}, remove: [x-custom] }}");
        (await rig.AskAsync(path, stream: false, "", ClientHeaders)).Status.ShouldBe(200);
        var call = rig.Provider.Last;
        var body = JsonDocument.Parse(call.Body).RootElement;
        body.TryGetProperty(set[..set.IndexOf(':', StringComparison.Ordinal)], out _).ShouldBeTrue();
        body.TryGetProperty(removed, out _).ShouldBeFalse();
        call.Headers["x-team"].ShouldBe("tolls");
        call.Headers.ShouldNotContainKey("x-custom");
        if (cell.IsAws) call.ShouldBeSigned(Cell.Secret);
    }

    [Fact]
    public async Task An_inference_profile_is_one_segment_of_the_path()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(Cell.Of("aws-bedrock"))));
        await using var gateway = await TestGateway.StartAsync($"""
            providers:
              p: {Cell.Of("aws-bedrock").Configuration(provider.Url)}
            models:
              "*": p
            """);
        var (status, body, _) = await gateway.PostAsync(Cell.OpenAI, """{"model":"arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.some-v1:0","messages":[{"role":"user","content":"x"}]}""");
        status.ShouldBe(200, body);
        provider.Last.Target.ShouldBe("/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A111122223333%3Ainference-profile%2Fus.some-v1%3A0/converse");
        provider.Last.ShouldBeSigned(Cell.Secret);
    }

    private static (string? System, string? User, int Limit) Question(Cell cell, JsonElement body) => cell.Dialect switch
    {
        "openai.chat" => (Text(body.GetProperty("messages")[0].GetProperty("content")), Text(body.GetProperty("messages")[1].GetProperty("content")),
            (body.TryGetProperty("max_completion_tokens", out var most) ? most : body.GetProperty("max_tokens")).GetInt32()),
        "openai.responses" => (Text(body.GetProperty("instructions")), Text(body.GetProperty("input")[0].GetProperty("content")), body.GetProperty("max_output_tokens").GetInt32()),
        "anthropic.messages" => (Text(body.GetProperty("system")), Text(body.GetProperty("messages")[0].GetProperty("content")), body.GetProperty("max_tokens").GetInt32()),
        "bedrock.converse" => (Text(body.GetProperty("system")), Text(body.GetProperty("messages")[0].GetProperty("content")), body.GetProperty("inferenceConfig").GetProperty("maxTokens").GetInt32()),
        _ => (Text(body.GetProperty("systemInstruction").GetProperty("parts")), Text(body.GetProperty("contents")[0].GetProperty("parts")), body.GetProperty("generationConfig").GetProperty("maxOutputTokens").GetInt32()),
    };

    private static string? Text(JsonElement content) => content.ValueKind == JsonValueKind.String ? content.GetString() : content[0].GetProperty("text").GetString();
}
