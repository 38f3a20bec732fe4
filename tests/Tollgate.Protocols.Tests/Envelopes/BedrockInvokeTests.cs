using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Envelopes;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Tests.Framing;
using static Tollgate.Protocols.Tests.Framing.EventStreamBytes;

namespace Tollgate.Protocols.Tests.Envelopes;

public sealed class BedrockInvokeTests
{
    private static (BedrockFrameResult Result, string Output) Unwrap(byte[] bytes)
    {
        AwsEventStream.TryRead(bytes, out var message, out _).ShouldBe(AwsEventStatus.Ok);
        var output = new ArrayBufferWriter<byte>();
        var result = BedrockInvoke.Unwrap(message, output);
        return (result, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static byte[] Written(string payload, string messageType, string typeName)
    {
        var output = new ArrayBufferWriter<byte>();
        AwsEventStream.Write(output, Encoding.UTF8.GetBytes(payload), messageType, typeName);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Chunk(string json)
        => Written($$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}}","p":"abcdef"}""", "event", "chunk");

    [Theory]
    [InlineData("""{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":3}}}""", "message_start")]
    [InlineData("""{"index":0,"delta":{"type":"text_delta","text":"é \"x\""},"type":"content_block_delta"}""", "content_block_delta")]
    [InlineData("""{ "type" : "message_stop" , "amazon-bedrock-invocationMetrics":{"inputTokenCount":3}}""", "message_stop")]
    public void Unwraps_a_chunk_untouched_under_the_name_of_its_type(string json, string name)
        => Unwrap(Chunk(json)).ShouldBe((BedrockFrameResult.Written, $"event: {name}\ndata: {json}\n\n"));

    [Fact]
    public void Keeps_a_line_break_between_tokens_from_ending_the_data_line()
        => Unwrap(Chunk("{\n\"type\":\"ping\"\r\n}")).Output.ShouldBe("event: ping\ndata: { \"type\":\"ping\"  }\n\n");

    [Fact]
    public void Reads_base64_whose_slashes_are_escaped()
    {
        const string json = """{"type":"ping","x":"???>>>"}""";
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
        encoded.ShouldContain("/");
        Unwrap(Written($$"""{"bytes":"{{encoded.Replace("/", "\\/")}}"}""", "event", "chunk")).Output.ShouldBe($"event: ping\ndata: {json}\n\n");
    }

    [Fact]
    public void Says_that_an_error_event_within_a_chunk_is_an_error()
        => Unwrap(Chunk("""{"type":"error","error":{"type":"overloaded_error","message":"m"}}""")).Result.ShouldBe(BedrockFrameResult.Error);

    [Theory]
    [InlineData("throttlingException", "rate_limit_error")]
    [InlineData("ThrottlingException", "rate_limit_error")]
    [InlineData("serviceUnavailableException", "overloaded_error")]
    [InlineData("validationException", "invalid_request_error")]
    [InlineData("modelTimeoutException", "timeout_error")]
    [InlineData("internalServerException", "api_error")]
    [InlineData("modelStreamErrorException", "api_error")]
    public void Turns_an_exception_into_an_error_event(string exception, string type)
    {
        var (result, output) = Unwrap(Written("""{"message":"Slow \"down\"\n\u00e9"}""", "exception", exception));
        result.ShouldBe(BedrockFrameResult.Error);
        output.ShouldBe(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"" + type + "\"" + ""","message":"Slow \"down\"\n\u00e9"}}""" + "\n\n");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"message":5}""")]
    public void Names_the_exception_when_it_says_nothing(string payload)
        => Unwrap(Written(payload, "exception", "internalServerException")).Output
            .ShouldEndWith("""{"type":"api_error","message":"internalServerException"}}""" + "\n\n");

    [Fact]
    public void Turns_an_error_message_into_an_error_event_of_valid_json()
    {
        var (result, output) = Unwrap(Written("Two\nlines \"quoted\"", "error", "serviceUnavailableException"));
        result.ShouldBe(BedrockFrameResult.Error);
        var json = JsonDocument.Parse(output["event: error\ndata: ".Length..^2]).RootElement.GetProperty("error");
        json.GetProperty("type").GetString().ShouldBe("overloaded_error");
        json.GetProperty("message").GetString().ShouldBe("Two\nlines \"quoted\"");
    }

    [Fact]
    public void Skips_unknown_event_types()
        => Unwrap(Written("{}", "event", "brandNew")).ShouldBe((BedrockFrameResult.Skipped, ""));

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""{"bytes":5}""")]
    [InlineData("""{"bytes":"%%%"}""")]
    [InlineData("""{"bytes":""}""")]
    [InlineData("""{"bytes":"e30="}""")]
    [InlineData("""{"bytes":"eyJ0eXBlIjoi"}""")]
    [InlineData("""{"bytes":"\ud800"}""")]
    public void Calls_a_chunk_without_a_readable_event_corrupt(string payload)
        => Unwrap(Written(payload, "event", "chunk")).ShouldBe((BedrockFrameResult.Corrupt, ""));

    [Fact]
    public void Refuses_a_type_that_would_break_out_of_its_line()
        => Unwrap(Chunk("""{"type":"x\ndata: y"}""")).Result.ShouldBe(BedrockFrameResult.Corrupt);

    [Fact]
    public void Unwraps_without_allocating()
    {
        var bytes = Chunk("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}""");
        var output = new ArrayBufferWriter<byte>(4096);
        Allocations.Of(() =>
        {
            AwsEventStream.TryRead(bytes, out var message, out _);
            for (var i = 0; i < 1000; i++)
            {
                output.ResetWrittenCount();
                BedrockInvoke.Unwrap(message, output);
            }
        }).ShouldBe(0);
    }
}
