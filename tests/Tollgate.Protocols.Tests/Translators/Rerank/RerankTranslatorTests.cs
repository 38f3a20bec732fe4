using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators.Rerank;

namespace Tollgate.Protocols.Tests.Translators.Rerank;

public sealed class RerankTranslatorTests
{
    private const string Cohere = "cohere.rerank-v3-5:0";
    private const string Amazon = "amazon.rerank-v1:0";

    [Theory]
    [InlineData(Cohere, """{"query":"q","documents":["a",{"text":"b"}],"top_n":1,"api_version":2,"max_tokens_per_doc":50}""")]
    [InlineData(Amazon, """{"query":"q","documents":["a","b"],"top_n":1}""")]
    public void Asks_each_family_on_Bedrock_in_its_own_words(string model, string expected)
    {
        const string Body = """{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1,"max_tokens_per_doc":50}""";
        RerankTranslator.Bedrock.Bodies(Body, model).ShouldBe([expected.Replace("""{"text":"b"}""", "\"b\"", StringComparison.Ordinal)]);
        var (exchange, log) = RerankTranslator.Bedrock.Ask(Body, model);
        exchange!.Calls.Single().Verb.ShouldBe("invoke");
        log.Entries.Select(e => e.Rule.Field).ShouldBe(model == Amazon ? ["max_tokens_per_doc"] : []);
    }

    [Fact]
    public void Asks_Jina_not_to_send_the_documents_back()
    {
        RerankTranslator.Jina.Bodies("""{"query":"q","documents":["a"],"return_documents":true}""", "bge").ShouldBe(["""{"model":"bge","query":"q","documents":["a"],"return_documents":false}"""]);
        RerankTranslator.Jina.Ask("""{"query":"q","documents":["a"]}""", "bge").Exchange!.Calls.Single().Verb.ShouldBe("/rerank");
    }

    [Fact]
    public void Answers_as_Cohere_does_best_first_with_the_scores_as_they_are()
    {
        const string Answer = """{"results":[{"index":0,"relevance_score":0.10},{"index":2,"relevance_score":9.5e-1},{"index":1,"relevance_score":0.3}]}""";
        var (json, usage) = RerankTranslator.Bedrock.Fold("""{"query":"q","documents":["a","b","c"],"top_n":2}""", Cohere, Exchanges.Answer(Answer, inputTokens: 12));
        json.ShouldBe("""{"id":"r-1","results":[{"index":2,"relevance_score":9.5e-1},{"index":1,"relevance_score":0.3}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1},"tokens":{"input_tokens":12,"output_tokens":0}}}""");
        usage.ShouldBe(new TokenUsage { Input = 12, SearchUnits = 1 });
    }

    [Fact]
    public void Gives_documents_back_when_asked_to_and_counts_Jinas_tokens()
    {
        const string Answer = """{"id":"rerank-1","model":"bge","usage":{"total_tokens":7},"results":[{"index":1,"relevance_score":0.5,"document":{"text":"cut"}}]}""";
        var (json, usage) = RerankTranslator.Jina.Fold("""{"query":"q","documents":["a","b"],"return_documents":true}""", "bge", Answer);
        json.ShouldBe("""{"id":"rerank-1","results":[{"index":1,"relevance_score":0.5,"document":{"text":"b"}}],"meta":{"api_version":{"version":"2"},"tokens":{"input_tokens":7,"output_tokens":0}}}""");
        usage.ShouldBe(new TokenUsage { Input = 7 });
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    public void Bills_a_search_for_each_hundred_documents(int documents, int searches)
    {
        var texts = string.Join(',', Enumerable.Repeat("\"d\"", documents));
        RerankTranslator.Bedrock.Fold($$"""{"query":"q","documents":[{{texts}}]}""", Amazon, """{"results":[]}""").Usage.SearchUnits.ShouldBe(searches);
    }

    [Theory]
    [InlineData("""{"query":"q","documents":["a"],"rank_fields":["x"]}""", Cohere, "rank_fields")]
    [InlineData("""{"query":"q","documents":["a"]}""", "amazon.nova-pro-v1:0", "model")]
    public void Refuses_what_it_cannot_ask(string body, string model, string field) => RerankTranslator.Bedrock.Ask(body, model).Log.Refusal!.Rule.Field.ShouldBe(field);

    [Theory]
    [InlineData("{}", "/query")]
    [InlineData("""{"query":"","documents":["a"]}""", "/query")]
    [InlineData("""{"query":"q"}""", "/documents")]
    [InlineData("""{"query":"q","documents":[]}""", "/documents")]
    [InlineData("""{"query":"q","documents":["a",{"title":"b"}]}""", "/documents/1")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":0}""", "/top_n")]
    public void Names_what_is_wrong_with_a_request(string body, string pointer) =>
        Should.Throw<ChatFormatException>(() => RerankTranslator.Jina.Ask(body, "m")).Pointer.ShouldBe(pointer);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"results":[{"index":5,"relevance_score":1}]}""")]
    [InlineData("""{"results":[{"index":-1,"relevance_score":1}]}""")]
    [InlineData("""{"results":[{"index":0}]}""")]
    [InlineData("""{"results":[7]}""")]
    public void Refuses_what_is_no_answer(string answer) =>
        Should.Throw<FormatException>(() => RerankTranslator.Jina.Fold("""{"query":"q","documents":["a"],"return_documents":true}""", "m", answer));
}
