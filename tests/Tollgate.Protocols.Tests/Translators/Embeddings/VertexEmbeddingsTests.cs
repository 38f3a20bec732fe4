using System.Buffers;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Embeddings;

namespace Tollgate.Protocols.Tests.Embeddings;

public sealed class GeminiEmbeddingsTests
{
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
        var (json, log) = Ask(body);
        json.ShouldBe(expected);
        log.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void Answers_in_order_with_the_numbers_as_they_are_and_the_tokens_summed()
    {
        var (json, usage) = Tell("""{"input":["aa","bb"]}""", Answer);
        json.ShouldBe("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]},{"object":"embedding","index":1,"embedding":[-0.012345678901234567,1]}],"model":"text-embedding-004","usage":{"prompt_tokens":7,"total_tokens":7}}""");
        usage.ShouldBe(new TokenUsage { Input = 7 });
    }

    [Fact]
    public void Answers_in_base64_of_little_endian_floats_when_asked_to() =>
        Tell("""{"input":["aa","bb"],"encoding_format":"base64"}""", Answer).Json
            .ShouldContain("{\"object\":\"embedding\",\"index\":0,\"embedding\":\"" + Convert.ToBase64String([0, 0, 0, 0x3F, 0, 0, 0x80, 0xBE]) + "\"}");

    [Theory]
    [InlineData("""{"input":[1,2]}""")]
    [InlineData("""{"input":[[1,2],[3]]}""")]
    public void Refuses_tokens(string body) => Ask(body).Log.Refusal!.Rule.Field.ShouldBe("input of tokens");

    [Fact]
    public void Says_that_the_user_is_dropped() => Ask("""{"input":"a","user":"u"}""").Log.Entries.Single().Rule.Field.ShouldBe("user");

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
        Should.Throw<ChatFormatException>(() => Ask(body)).Pointer.ShouldBe(pointer);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"predictions":[]}""")]
    [InlineData("""{"predictions":[{}]}""")]
    [InlineData("""{"predictions":[{"embeddings":{"values":["a"]}}]}""")]
    [InlineData("<html>")]
    public void Refuses_what_is_no_answer(string body) => Should.Throw<FormatException>(() => Tell("""{"input":"a"}""", body));

    private static (string Json, FidelityLog Log) Ask(string body)
    {
        var (output, log) = (new ArrayBufferWriter<byte>(), new FidelityLog());
        GeminiEmbeddings.WriteRequest(output, EmbeddingsRequest.Read(Encoding.UTF8.GetBytes(body)), log);
        return (Encoding.UTF8.GetString(output.WrittenSpan), log);
    }

    private static (string Json, TokenUsage Usage) Tell(string asked, string body)
    {
        var output = new ArrayBufferWriter<byte>();
        var usage = GeminiEmbeddings.WriteResponse(output, Encoding.UTF8.GetBytes(body), EmbeddingsRequest.Read(Encoding.UTF8.GetBytes(asked)), "text-embedding-004");
        return (Encoding.UTF8.GetString(output.WrittenSpan), usage);
    }
}
