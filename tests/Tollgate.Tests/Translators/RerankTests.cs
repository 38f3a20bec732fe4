namespace Tollgate.Tests.Translators;

/// <summary>Cohere's rerank at providers with an API of their own.</summary>
public sealed class RerankTests
{
    private const string Path = "/cohere/v2/rerank";

    [Theory]
    [InlineData("cohere", "rerank-v3.5", true)]
    [InlineData("aws-bedrock", "cohere.rerank-v3-5:0", true)]
    [InlineData("aws-bedrock", "amazon.rerank-v1:0", true)]
    [InlineData("vllm", "bge-reranker", false)]
    [InlineData("llama-cpp", "bge-reranker", false)]
    public async Task Every_kind_ranks_in_the_same_shape(string kind, string model, bool bySearch)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var (status, body, _) = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","query":"grey harbour","documents":["a red gate","the grey harbour","grey sky"],"top_n":2}""");
        status.ShouldBe(200, body);
        var answer = OperationRig.Json(body);
        answer.GetProperty("id").GetString().ShouldNotBeNullOrEmpty();
        var results = answer.GetProperty("results").EnumerateArray().ToArray();
        results.Select(r => r.GetProperty("index").GetInt32()).ShouldBe([1, 2]);
        results[0].GetProperty("relevance_score").GetDouble().ShouldBeGreaterThan(results[1].GetProperty("relevance_score").GetDouble());
        answer.GetProperty("meta").GetProperty("tokens").GetProperty("input_tokens").GetInt32().ShouldBe(10);
        answer.GetProperty("meta").TryGetProperty("billed_units", out _).ShouldBe(bySearch);

        var usage = (await gateway.LogLineAsync()).GetProperty("usage");
        usage.GetProperty("input_tokens").GetInt32().ShouldBe(10);
    }

    [Fact]
    public async Task Errors_come_in_Coheres_shape()
    {
        await using var gateway = await OperationRig.SimulatedAsync("aws-bedrock", "cohere.rerank-v3-5:0");
        var (status, body, _) = await gateway.PostAsync(Path, """{"model":"cohere.rerank-v3-5:0","query":"q","documents":["a"],"top_n":5}""");
        status.ShouldBe(400);
        OperationRig.Json(body).GetProperty("message").GetString()!.ShouldContain("top_n");
    }
}
