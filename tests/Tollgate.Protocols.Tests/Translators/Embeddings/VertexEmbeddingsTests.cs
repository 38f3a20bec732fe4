using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators.Embeddings;

namespace Tollgate.Protocols.Tests.Translators.Embeddings;

public sealed class VertexEmbeddingsTests
{
    private const string Model = "text-embedding-004";

    private static readonly EmbeddingsTranslator s_vertex = EmbeddingsTranslator.Vertex;

    private const string Answer = """
        {"predictions":[
          {"embeddings":{"values":[0.5,-0.25],"statistics":{"token_count":3,"truncated":false}}},
          {"embeddings":{"values":[-0.012345678901234567,1],"statistics":{"token_count":4.0,"truncated":false}}}]}
        """;

    [Theory]
    [InlineData("""{"model":"m","input":["aa","bb"],"dimensions":2}""", """{"instances":[{"content":"aa"},{"content":"bb"}],"parameters":{"outputDimensionality":2}}""")]
    [InlineData("""{"input":"Größe","encoding_format":"base64"}""", """{"instances":[{"content":"Größe"}]}""")]
    [InlineData(
        """{"input":["a",{"content":"b","task_type":"RETRIEVAL_DOCUMENT","title":"T"}],"task_type":"CLUSTERING","auto_truncate":false}""",
        """{"instances":[{"content":"a","task_type":"CLUSTERING"},{"content":"b","task_type":"RETRIEVAL_DOCUMENT","title":"T"}],"parameters":{"autoTruncate":false}}""")]
    public void Asks_for_one_instance_of_each_text(string body, string expected)
    {
        s_vertex.Bodies(body, Model).ShouldBe([expected]);
        s_vertex.Ask(body, Model).Log.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void Answers_in_order_with_the_numbers_as_they_are_and_the_tokens_summed()
    {
        var (json, usage) = s_vertex.Fold("""{"input":["aa","bb"]}""", Model, Answer);
        json.ShouldBe("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]},{"object":"embedding","index":1,"embedding":[-0.012345678901234567,1]}],"model":"text-embedding-004","usage":{"prompt_tokens":7,"total_tokens":7}}""");
        usage.ShouldBe(new TokenUsage { Input = 7 });
    }

    [Fact]
    public void Answers_in_base64_of_little_endian_floats_when_asked_to() =>
        s_vertex.Fold("""{"input":["aa","bb"],"encoding_format":"base64"}""", Model, Answer).Json
            .ShouldContain("{\"object\":\"embedding\",\"index\":0,\"embedding\":\"" + Convert.ToBase64String([0, 0, 0, 0x3F, 0, 0, 0x80, 0xBE]) + "\"}");

    [Theory]
    [InlineData("""{"input":[1,2]}""")]
    [InlineData("""{"input":[[1,2],[3]]}""")]
    public void Refuses_tokens(string body) => s_vertex.Ask(body, Model).Log.Refusal!.Rule.Field.ShouldBe("input of tokens");

    [Fact]
    public void Says_that_the_user_is_dropped() => s_vertex.Ask("""{"input":"a","user":"u"}""", Model).Log.Entries.Single().Rule.Field.ShouldBe("user");

    [Theory]
    [InlineData("{}", "/input")]
    [InlineData("""{"input":[]}""", "/input")]
    [InlineData("""{"input":null}""", "/input")]
    [InlineData("""{"input":["a",7]}""", "/input/1")]
    [InlineData("""{"input":"a","dimensions":0}""", "/dimensions")]
    [InlineData("""{"input":"a","dimensions":1.5}""", "/dimensions")]
    [InlineData("""{"input":"a","encoding_format":"hex"}""", "/encoding_format")]
    [InlineData("""{"input":"a","user":1}""", "/user")]
    [InlineData("""{"input":"\ud83d"}""", "")]
    [InlineData("[]", "")]
    [InlineData("nothing", "")]
    public void Names_what_is_wrong_with_a_request(string body, string pointer) =>
        Should.Throw<ChatFormatException>(() => s_vertex.Ask(body, Model)).Pointer.ShouldBe(pointer);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"predictions":[]}""")]
    [InlineData("""{"predictions":[{}]}""")]
    [InlineData("""{"predictions":[{"embeddings":{"values":["a"]}}]}""")]
    [InlineData("<html>")]
    public void Refuses_what_is_no_answer(string body) => Should.Throw<FormatException>(() => s_vertex.Fold("""{"input":"a"}""", Model, body));

    [Fact]
    public void Asks_the_later_models_with_embedContent_a_text_at_a_time()
    {
        const string Body = """{"input":["a",{"content":"b","task_type":"RETRIEVAL_QUERY","title":"T"}],"dimensions":4,"auto_truncate":true}""";
        s_vertex.Bodies(Body, "gemini-embedding-2").ShouldBe(
        [
            """{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"outputDimensionality":4,"autoTruncate":true}}""",
            """{"content":{"parts":[{"text":"b"}]},"embedContentConfig":{"outputDimensionality":4,"taskType":"RETRIEVAL_QUERY","title":"T","autoTruncate":true}}""",
        ]);
        s_vertex.Ask(Body, "gemini-embedding-2").Exchange!.Calls.ShouldAllBe(c => c.Verb == ":embedContent");
        s_vertex.Fold(Body, "gemini-embedding-2", """{"embedding":{"values":[1]},"usageMetadata":{"promptTokenCount":2}}""", """{"embedding":{"values":[2]},"usageMetadata":{"promptTokenCount":3}}""")
            .ShouldBe(("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},{"object":"embedding","index":1,"embedding":[2]}],"model":"gemini-embedding-2","usage":{"prompt_tokens":5,"total_tokens":5}}""", new TokenUsage { Input = 5 }));
    }

    [Theory]
    [InlineData("gemini-embedding-001", 1)]
    [InlineData("text-multilingual-embedding-002", 250)]
    public void Sends_no_more_texts_in_a_call_than_the_model_takes(string model, int most)
    {
        var texts = string.Join(',', Enumerable.Range(0, 251).Select(i => $"\"t{i}\""));
        var exchange = s_vertex.Ask($"{{\"input\":[{texts}]}}", model).Exchange!;
        exchange.Calls.Count.ShouldBe((251 + most - 1) / most);
        exchange.Calls.ShouldAllBe(c => c.Verb == ":predict");
    }
}
