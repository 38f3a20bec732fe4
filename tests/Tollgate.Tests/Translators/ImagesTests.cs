using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translators;

/// <summary>OpenAI's images at providers with another API.</summary>
public sealed class ImagesTests
{
    private const string Path = "/v1/images/generations";

    [Theory]
    [InlineData("gcp-vertex", "imagen-4.0-generate-001", "1024x1024")]
    [InlineData("gcp-vertex", "gemini-2.5-flash-image", "1536x1024")]
    [InlineData("aws-bedrock", "amazon.titan-image-generator-v2:0", "1152x768")]
    [InlineData("aws-bedrock", "amazon.nova-canvas-v1:0", "1536x1024")]
    [InlineData("aws-bedrock", "stability.stable-image-ultra-v1:1", "1024x1536")]
    public async Task Every_family_makes_as_many_images_as_are_asked_for(string kind, string model, string size)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var (status, body, _) = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","prompt":"a grey gate","n":6,"size":"{{size}}","quality":"high"}""");
        status.ShouldBe(200, body);
        var answer = OperationRig.Json(body);
        var images = answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("b64_json").GetBytesFromBase64()).ToArray();
        images.Length.ShouldBe(6);
        images.Select(png => png[1]).ShouldBe(Enumerable.Repeat((byte)'P', 6));
        answer.TryGetProperty("usage", out var usage).ShouldBe(model.StartsWith("gemini", StringComparison.Ordinal));
        if (model.StartsWith("gemini", StringComparison.Ordinal)) usage.GetProperty("input_tokens").GetInt32().ShouldBe(18);
        (await gateway.LogLineAsync()).GetProperty("usage").GetProperty("images").GetInt32().ShouldBe(6);

        var (_, events, response) = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","prompt":"a grey gate","n":2,"stream":true}""");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream", events);
        events.Split("event: image_generation.completed\n").Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("gcp-vertex", "imagen-4.0-generate-001")]
    [InlineData("gcp-vertex", "gemini-2.5-flash-image")]
    [InlineData("aws-bedrock", "amazon.nova-canvas-v1:0")]
    [InlineData("aws-bedrock", "stability.stable-image-ultra-v1:1")]
    public async Task What_a_filter_took_away_is_the_requests_fault_and_nobody_else_is_asked(string kind, string model)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var (status, body, response) = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","prompt":"a forbidden gate"}""");
        status.ShouldBe(400, body);
        OperationRig.Json(body).GetProperty("error").GetProperty("message").GetString()!.ShouldStartWith("provider 'p': ");
        response.Header("x-tollgate-attempts").ShouldBe("");
    }

    [Fact]
    public async Task Strict_fidelity_refuses_what_is_not_said_as_it_was_said()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              p: { kind: gcp-vertex, url: '{{provider.Url}}', project: p, location: us-central1, token: t }
            models:
              m: { backends: [{ provider: p, model: imagen-4.0-generate-001 }], fidelity: strict }
            """);
        var (status, body, _) = await gateway.PostAsync(Path, """{"model":"m","prompt":"a","size":"1024x1024"}""");
        status.ShouldBe(400);
        body.ShouldContain("fidelity is strict");
        provider.Calls.ShouldBeEmpty();
    }
}
