namespace Tollgate.Tests.Relay;

/// <summary>Path and query as each kind of provider wants them.</summary>
public sealed class TargetTests
{
    private const string Body = """{"model":"m","messages":[]}""";

    [Theory]
    [InlineData("/v1/chat/completions", "/chat/completions")]
    [InlineData("/v1/completions", "/completions")]
    [InlineData("/v1/embeddings", "/embeddings")]
    [InlineData("/v1/images/generations", "/images/generations")]
    [InlineData("/v1/responses", "/responses")]
    [InlineData("/v1/responses/input_tokens", "/responses/input_tokens")]
    [InlineData("/v1/audio/speech", "/audio/speech")]
    [InlineData("/v1/moderations", "/moderations")]
    public async Task OpenAIs_operations_follow_the_url_of_the_provider(string path, string below)
    {
        foreach (var prefix in (string[])["/v1", "/openai/v1", "", "/a%20b/deep/"])
        {
            await using var rig = await RelayRig.AnsweringAsync("openai", "{}", path: prefix);
            (await rig.SendAsync(path, Body)).Status.ShouldBe(200);
            rig.Provider.Last.Method.ShouldBe("POST");
            rig.Provider.Last.Target.ShouldBe(prefix.TrimEnd('/') + below);
        }
    }

    [Theory]
    [InlineData("/v1/chat/completions", "my-gpt", "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21")]
    [InlineData("/v1/embeddings", "a b/c?d#e%f", "/openai/deployments/a%20b%2Fc%3Fd%23e%25f/embeddings?api-version=2024-10-21")]
    [InlineData("/v1/chat/completions", "größe:1@x", "/openai/deployments/gr%C3%B6%C3%9Fe%3A1%40x/chat/completions?api-version=2024-10-21")]
    [InlineData("/v1/chat/completions?api-version=1999&x=1", "d", "/openai/deployments/d/chat/completions?x=1&api-version=2024-10-21")]
    [InlineData("/v1/responses", "d", "/openai/responses?api-version=2024-10-21")]
    public async Task Azure_has_the_deployment_in_the_path_and_the_version_in_the_query(string path, string deployment, string target)
    {
        await using var rig = await RelayRig.AnsweringAsync("azure-openai", "{}", model: deployment);
        (await rig.SendAsync(path, Body)).Status.ShouldBe(200);
        rig.Provider.Last.Target.ShouldBe(target);
    }

    [Fact]
    public async Task Azures_version_is_the_operators()
    {
        await using var rig = await RelayRig.AnsweringAsync("azure-openai", "{}", more: ", apiVersion: 2025-04-01-preview");
        await rig.SendAsync("/v1/responses", Body);
        rig.Provider.Last.Target.ShouldBe("/openai/responses?api-version=2025-04-01-preview");
        rig.Provider.Last.Text.ShouldBe(Body); // the model stays: nothing else names it
    }

    [Theory]
    [InlineData("/anthropic/v1/messages", "/v1/messages")]
    [InlineData("/v1/messages", "/v1/messages")]
    [InlineData("/v1/messages/count_tokens?beta=true", "/v1/messages/count_tokens?beta=true")]
    public async Task Anthropics_operations_follow_the_url(string path, string target)
    {
        await using var rig = await RelayRig.AnsweringAsync("anthropic", "{}");
        (await rig.SendAsync(path, Body)).Status.ShouldBe(200);
        rig.Provider.Last.Target.ShouldBe(target);
    }

    [Theory]
    [InlineData("/v1/messages", false, "claude-sonnet-4@20250514", "claude-sonnet-4@20250514:rawPredict")]
    [InlineData("/v1/messages?beta=true", true, "claude-sonnet-4@20250514", "claude-sonnet-4@20250514:streamRawPredict")]
    [InlineData("/v1/messages", false, "a/b c", "a%2Fb%20c:rawPredict")]
    [InlineData("/v1/messages/count_tokens", false, "claude-sonnet-4@20250514", "count-tokens:rawPredict")]
    public async Task Vertex_has_the_model_and_the_method_in_the_path(string path, bool stream, string model, string target)
    {
        await using var rig = await RelayRig.AnsweringAsync("gcp-anthropic", "{}", model: model);
        (await rig.SendAsync(path, $$"""{"model":"m","stream":{{(stream ? "true" : "false")}}}""")).Status.ShouldBe(200);
        rig.Provider.Last.Target.ShouldBe("/v1/projects/my-project/locations/us-east5/publishers/anthropic/models/" + target);
    }

    [Theory]
    [InlineData("claude-sonnet-4@20250514", "claude-sonnet-4@20250514")]
    [InlineData("claude-sonnet-4@default", "claude-sonnet-4")]
    [InlineData("claude-sonnet-4@latest", "claude-sonnet-4")]
    public async Task Vertex_counts_tokens_of_a_model_that_the_body_names(string model, string sent)
    {
        await using var rig = await RelayRig.AnsweringAsync("gcp-anthropic", "{}", model: model);
        await rig.SendAsync("/v1/messages/count_tokens", """{"messages":[],"model":"m"}""");
        rig.Provider.Last.Text.ShouldBe($$"""{"anthropic_version":"vertex-2023-10-16","messages":[],"model":"{{sent}}"}""");
    }

    [Fact]
    public async Task Vertex_keeps_the_wish_for_a_stream_in_the_body()
    {
        await using var rig = await RelayRig.AnsweringAsync("gcp-anthropic", "{}");
        await rig.SendAsync("/v1/messages", """{"model":"m","stream":true}""");
        rig.Provider.Last.Text.ShouldBe("""{"anthropic_version":"vertex-2023-10-16","stream":true}""");
    }

    [Theory]
    [InlineData("anthropic.claude-sonnet-4-20250514-v1:0", "anthropic.claude-sonnet-4-20250514-v1%3A0")]
    [InlineData("arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-v1:0", "arn%3Aaws%3Abedrock%3Aus-east-1%3A111122223333%3Ainference-profile%2Fus.anthropic.claude-v1%3A0")]
    [InlineData("odd name+é~*", "odd%20name%2B%C3%A9~%2A")]
    public async Task Bedrock_has_the_model_as_one_segment_and_a_signature_over_the_wire(string model, string segment)
    {
        await using var rig = await RelayRig.AnsweringAsync("aws-anthropic", "{}", model: model);
        foreach (var (stream, verb) in new[] { ("false", "invoke"), ("true", "invoke-with-response-stream") })
        {
            (await rig.SendAsync("/v1/messages?beta=true", $$"""{"model":"m","stream":{{stream}},"text":"é😀"}""")).Status.ShouldBe(200);
            rig.Provider.Last.Target.ShouldBe($"/model/{segment}/{verb}");
            rig.Provider.Last.Text.ShouldBe("""{"anthropic_version":"bedrock-2023-05-31","text":"é😀"}""");
            rig.Provider.Last.ShouldBeSigned("SECRETEXAMPLE");
            rig.Provider.Last.Headers["authorization"].ShouldContain("Credential=AKIDEXAMPLE/");
            rig.Provider.Last.Headers["authorization"].ShouldContain("x-amz-security-token");
        }
    }

    [Fact]
    public async Task The_signature_covers_what_the_operator_changed()
    {
        await using var rig = await RelayRig.AnsweringAsync("aws-anthropic", "{}", more: ", body: { set: { max_tokens: 7 } }, headers: { set: { x-amzn-bedrock-trace: ENABLED } }");
        await rig.SendAsync("/v1/messages", """{"model":"m","max_tokens":1}""");
        rig.Provider.Last.Text.ShouldBe("""{"anthropic_version":"bedrock-2023-05-31","max_tokens":7}""");
        rig.Provider.Last.Headers["x-amzn-bedrock-trace"].ShouldBe("ENABLED");
        rig.Provider.Last.ShouldBeSigned("SECRETEXAMPLE");
    }

    [Theory]
    [InlineData("/cohere/v2/rerank", "/v2/rerank")]
    [InlineData("/v1/chat/completions", "/compatibility/v1/chat/completions")]
    [InlineData("/v1/embeddings", "/compatibility/v1/embeddings")]
    public async Task Cohere_has_its_own_paths_and_compatible_ones(string path, string target)
    {
        await using var rig = await RelayRig.AnsweringAsync("cohere", "{}");
        (await rig.SendAsync(path, Body)).Status.ShouldBe(200);
        rig.Provider.Last.Target.ShouldBe(target);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a\\u0000b")]
    public async Task A_model_that_would_climb_out_of_its_path_is_refused(string model)
    {
        foreach (var kind in (string[])["azure-openai", "gcp-anthropic", "aws-anthropic"])
        {
            await using var rig = await RelayRig.AnsweringAsync(kind, "{}");
            var answer = await rig.SendAsync(kind == "azure-openai" ? "/v1/chat/completions" : "/v1/messages", $$"""{"model":"{{model}}"}""");
            answer.Status.ShouldBe(400);
            rig.Provider.Calls.ShouldBeEmpty();
        }
    }
}
