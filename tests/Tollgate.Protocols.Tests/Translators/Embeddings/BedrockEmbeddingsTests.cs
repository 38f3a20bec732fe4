using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators.Embeddings;

namespace Tollgate.Protocols.Tests.Translators.Embeddings;

public sealed class BedrockEmbeddingsTests
{
    private const string TitanV1 = "amazon.titan-embed-text-v1";
    private const string TitanV2 = "amazon.titan-embed-text-v2:0";
    private const string TitanMultimodal = "amazon.titan-embed-image-v1";
    private const string CohereV3 = "cohere.embed-multilingual-v3";
    private const string CohereV4 = "us.cohere.embed-v4:0";
    private const string Nova = "amazon.nova-2-multimodal-embeddings-v1:0";

    private static readonly EmbeddingsTranslator s_bedrock = EmbeddingsTranslator.Bedrock;

    [Theory]
    [InlineData(TitanV1, """{"input":"a","dimensions":1536}""", """{"inputText":"a"}""")]
    [InlineData(TitanV2, """{"input":["a"],"dimensions":256,"normalize":false,"encoding_format":"base64"}""", """{"inputText":"a","dimensions":256,"normalize":false}""")]
    [InlineData(TitanMultimodal, """{"input":"a","dimensions":384}""", """{"inputText":"a","embeddingConfig":{"outputEmbeddingLength":384}}""")]
    [InlineData(CohereV3, """{"input":["a","b"]}""", """{"texts":["a","b"],"input_type":"search_document","embedding_types":["float"]}""")]
    [InlineData(CohereV3, """{"input":"a","input_type":"search_query","auto_truncate":true,"dimensions":1024}""", """{"texts":["a"],"input_type":"search_query","truncate":"END","embedding_types":["float"]}""")]
    [InlineData(CohereV4, """{"input":"a","task_type":"SEMANTIC_SIMILARITY","auto_truncate":true,"dimensions":512}""", """{"texts":["a"],"input_type":"clustering","truncate":"RIGHT","embedding_types":["float"],"output_dimension":512}""")]
    [InlineData(Nova, """{"input":"a"}""", """{"schemaVersion":"nova-multimodal-embed-v1","taskType":"SINGLE_EMBEDDING","singleEmbeddingParams":{"embeddingPurpose":"GENERIC_INDEX","text":{"truncationMode":"NONE","value":"a"}}}""")]
    [InlineData(Nova, """{"input":"a","input_type":"query","dimensions":3072,"auto_truncate":true}""", """{"schemaVersion":"nova-multimodal-embed-v1","taskType":"SINGLE_EMBEDDING","singleEmbeddingParams":{"embeddingPurpose":"TEXT_RETRIEVAL","embeddingDimension":3072,"text":{"truncationMode":"END","value":"a"}}}""")]
    public void Asks_each_family_in_its_own_words(string model, string body, string expected)
    {
        s_bedrock.Bodies(body, model).ShouldBe([expected]);
        var (exchange, log) = s_bedrock.Ask(body, model);
        exchange!.Calls.Single().Verb.ShouldBe("invoke");
        log.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TitanV1, 512)]
    [InlineData(TitanV2, 1536)]
    [InlineData(TitanMultimodal, 512)]
    [InlineData(CohereV3, 512)]
    [InlineData(CohereV4, 384)]
    [InlineData(Nova, 512)]
    public void Refuses_a_length_that_the_model_cannot_make(string model, int dimensions)
    {
        var refused = s_bedrock.Ask($$"""{"input":"a","dimensions":{{dimensions}}}""", model).Log.Refusal!;
        refused.Pointer.ShouldBe("/dimensions");
        refused.Rule.Note.ShouldContain(" makes embeddings of length ");
    }

    [Theory]
    [InlineData("""{"input":[1,2]}""", TitanV2, "input of tokens")]
    [InlineData("""{"input":[[1],[2]]}""", CohereV3, "input of tokens")]
    [InlineData("""{"input":"a"}""", "anthropic.claude-sonnet-4-20250514-v1:0", "model")]
    public void Refuses_what_no_family_understands(string body, string model, string field) =>
        s_bedrock.Ask(body, model).Log.Refusal!.Rule.Field.ShouldBe(field);

    [Theory]
    [InlineData(TitanV1, "normalize, task_type, input_type, title, auto_truncate, user")]
    [InlineData(TitanV2, "task_type, input_type, title, auto_truncate, user")]
    [InlineData(CohereV4, "normalize, title, user")]
    [InlineData(Nova, "normalize, title, user")]
    public void Says_what_it_drops(string model, string fields)
    {
        const string Body = """{"input":"a","user":"u","normalize":true,"task_type":"CLUSTERING","title":"T","auto_truncate":true}""";
        s_bedrock.Ask(Body, model).Log.Entries.Select(e => e.Rule.Field).Order().ShouldBe(fields.Replace("task_type, input_type", "task_type; input_type", StringComparison.Ordinal).Split(", ").Select(f => f.Replace(';', ',')).Order());
    }

    [Fact]
    public void Sends_a_text_a_call_where_the_model_takes_one_and_puts_the_answers_in_order()
    {
        const string Body = """{"input":["a","b"]}""";
        s_bedrock.Bodies(Body, TitanV2).ShouldBe(["""{"inputText":"a"}""", """{"inputText":"b"}"""]);
        s_bedrock.Fold(Body, TitanV2, """{"embedding":[0.5],"inputTextTokenCount":3}""", """{"embedding":[1.5],"inputTextTokenCount":4}""")
            .ShouldBe(($$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]},{"object":"embedding","index":1,"embedding":[1.5]}],"model":"{{{TitanV2}}}","usage":{"prompt_tokens":7,"total_tokens":7}}""", new TokenUsage { Input = 7 }));
    }

    [Fact]
    public void Sends_ninety_six_texts_a_call_to_Cohere_and_those_of_another_task_apart()
    {
        var many = string.Join(',', Enumerable.Repeat("\"x\"", 100));
        s_bedrock.Ask($$"""{"input":[{{many}}]}""", CohereV3).Exchange!.Calls.Count.ShouldBe(2);
        s_bedrock.Bodies("""{"input":["a",{"content":"q","task_type":"RETRIEVAL_QUERY"},"b"]}""", CohereV3).Select(b => b.Contains("search_query", StringComparison.Ordinal)).ShouldBe([false, true, false]);
    }

    [Theory]
    [InlineData("""{"embeddings":{"float":[[1],[2]]}}""")]
    [InlineData("""{"embeddings":[[1],[2]]}""")]
    public void Reads_Coheres_answer_with_types_and_without_and_its_tokens_from_the_header(string answer)
    {
        var (json, usage) = s_bedrock.Fold("""{"input":["a","b"]}""", CohereV3, Exchanges.Answer(answer, inputTokens: 9));
        json.ShouldContain("\"index\":1,\"embedding\":[2]");
        json.ShouldEndWith("\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}");
        usage.Input.ShouldBe(9);
    }

    [Fact]
    public void Knows_no_usage_when_one_call_does_not_say_it()
    {
        var one = Exchanges.Answer("""{"embeddings":[{"embeddingType":"TEXT","embedding":[1]}]}""", inputTokens: 2);
        var other = Exchanges.Answer("""{"embeddings":[{"embeddingType":"TEXT","embedding":[2]}]}""");
        s_bedrock.Fold("""{"input":["a","b"]}""", Nova, one, other).Usage.IsKnown.ShouldBeFalse();
        s_bedrock.Fold("""{"input":["a","b"]}""", Nova, one, one).Usage.Input.ShouldBe(4);
    }

    [Theory]
    [InlineData(TitanV2, "{}")]
    [InlineData(TitanV2, """{"embedding":["a"]}""")]
    [InlineData(CohereV3, """{"embeddings":{"float":[[1],[2]]}}""")]
    [InlineData(Nova, """{"embeddings":[]}""")]
    [InlineData(Nova, "<html>")]
    public void Refuses_what_is_no_answer(string model, string answer) =>
        Should.Throw<FormatException>(() => s_bedrock.Fold("""{"input":"a"}""", model, answer));

    [Theory]
    [InlineData("""{"input":"a","input_type":"other"}""", "/input_type")]
    [InlineData("""{"input":"a","normalize":1}""", "/normalize")]
    [InlineData("""{"input":"a","auto_truncate":"yes"}""", "/auto_truncate")]
    public void Names_what_is_wrong_with_a_request(string body, string pointer) =>
        Should.Throw<ChatFormatException>(() => s_bedrock.Ask(body, TitanV2)).Pointer.ShouldBe(pointer);
}
