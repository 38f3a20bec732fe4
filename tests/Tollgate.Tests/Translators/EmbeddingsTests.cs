using System.Runtime.InteropServices;
using System.Text.Json;

namespace Tollgate.Tests.Translators;

/// <summary>OpenAI's embeddings at providers with another API, held to stand-ins that refuse what those would refuse.</summary>
public sealed class EmbeddingsTests
{
    private const string Path = "/v1/embeddings";

    [Theory]
    [InlineData("aws-bedrock", "amazon.titan-embed-text-v1", 1536, 1536)]
    [InlineData("aws-bedrock", "amazon.titan-embed-text-v2:0", 1024, 256)]
    [InlineData("aws-bedrock", "amazon.titan-embed-image-v1", 1024, 384)]
    [InlineData("aws-bedrock", "cohere.embed-multilingual-v3", 1024, 1024)]
    [InlineData("aws-bedrock", "us.cohere.embed-v4:0", 1536, 512)]
    [InlineData("aws-bedrock", "amazon.nova-2-multimodal-embeddings-v1:0", 3072, 384)]
    [InlineData("gcp-vertex", "text-embedding-005", 768, 256)]
    [InlineData("gcp-vertex", "gemini-embedding-001", 768, 128)]
    [InlineData("gcp-vertex", "gemini-embedding-2", 768, 64)]
    public async Task Every_family_embeds_a_batch_in_floats_and_in_base64_with_dimensions_and_exact_usage(string kind, string model, int usual, int dimensions)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var floats = await AskAsync(gateway, $$"""{"model":"{{model}}","input":["one two","three","one two"],"dimensions":{{dimensions}}}""");
        var base64 = await AskAsync(gateway, $$"""{"model":"{{model}}","input":["one two","three","one two"],"dimensions":{{dimensions}},"encoding_format":"base64"}""");
        var vectors = Vectors(floats).ToList();
        vectors.Select(v => v.Length).ShouldBe([dimensions, dimensions, dimensions]);
        vectors[0].ShouldBe(vectors[2]);
        vectors[0].ShouldNotBe(vectors[1]);
        Packed(base64).ShouldBe(vectors);
        floats.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(5);
        base64.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(5);

        var plain = await AskAsync(gateway, $$"""{"model":"{{model}}","input":"one"}""");
        Vectors(plain).Single().Length.ShouldBe(usual);
        plain.GetProperty("model").GetString().ShouldBe(model);
        (await gateway.LogLineAsync()).GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task A_batch_larger_than_a_call_takes_goes_in_several()
    {
        await using var gateway = await OperationRig.SimulatedAsync("aws-bedrock", "cohere.embed-english-v3");
        var texts = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"text {i}\""));
        var answer = await AskAsync(gateway, $$"""{"model":"cohere.embed-english-v3","input":[{{texts}}]}""");
        answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("index").GetInt32()).ShouldBe(Enumerable.Range(0, 200));
        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(400);
    }

    [Fact]
    public async Task What_is_left_out_is_announced()
    {
        await using var gateway = await OperationRig.SimulatedAsync("aws-bedrock", "amazon.titan-embed-text-v2:0");
        var (status, _, response) = await gateway.PostAsync(Path, """{"model":"amazon.titan-embed-text-v2:0","input":"a","user":"u"}""");
        status.ShouldBe(200);
        response.Header("x-tollgate-dropped").ShouldBe("user");
    }

    [Theory]
    [InlineData("""{"model":"amazon.titan-embed-text-v2:0","input":"a","dimensions":100}""", "length 256, 512, 1024 only")]
    [InlineData("""{"model":"amazon.titan-embed-text-v2:0","input":[[1,2]]}""", "send the text")]
    [InlineData("""{"model":"amazon.titan-embed-text-v2:0"}""", "'input' is missing")]
    public async Task What_cannot_be_done_is_said_in_clear_words(string body, string words)
    {
        await using var gateway = await OperationRig.SimulatedAsync("aws-bedrock", "amazon.titan-embed-text-v2:0");
        var (status, text, _) = await gateway.PostAsync(Path, body);
        status.ShouldBe(400);
        OperationRig.Json(text).GetProperty("error").GetProperty("message").GetString()!.ShouldContain(words);
    }

    private static async Task<JsonElement> AskAsync(Hosting.TestGateway gateway, string body)
    {
        var (status, text, _) = await gateway.PostAsync(Path, body);
        status.ShouldBe(200, text);
        return OperationRig.Json(text);
    }

    private static IEnumerable<float[]> Vectors(JsonElement answer) =>
        answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle()).ToArray());

    private static IEnumerable<float[]> Packed(JsonElement answer) =>
        answer.GetProperty("data").EnumerateArray().Select(d => MemoryMarshal.Cast<byte, float>(d.GetProperty("embedding").GetBytesFromBase64()).ToArray());
}
