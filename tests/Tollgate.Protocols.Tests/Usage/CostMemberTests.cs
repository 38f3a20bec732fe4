using System.Text;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class CostMemberTests
{
    [Theory]
    [InlineData("""{"id":"c","usage":{"prompt_tokens":1,"d":{"x":1}},"tail":[1]}""", """{"id":"c","usage":{"prompt_tokens":1,"d":{"x":1},"cost":0.00018},"tail":[1]}""")]
    [InlineData("""{ "usage" : { "a" : 1 } }""", """{ "usage" : { "a" : 1 ,"cost":0.00018} }""")]
    [InlineData("""{"usage":null}""", null)]
    [InlineData("""{"usage":{}}""", null)]
    [InlineData("""{"text":"\"usage\":{\"a\":1}"}""", null)]
    [InlineData("""{"x":{"usage":{"a":1}}}""", null)]
    [InlineData("""{"usage":{"a":1}""", null)]
    public void Goes_to_the_end_of_the_usage_of_an_answer(string json, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(json);

        Inserted(bytes, CostMember.FindPlace(bytes)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("chat", "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n", "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"cost\":0.00018}}\n\n")]
    [InlineData("messages", "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":4}}\n\n", "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":4,\"cost\":0.00018}}\n\n")]
    [InlineData("messages", "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"output_tokens\":1}}}\n\n", null)]
    [InlineData("responses", "data: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"output_tokens\":1}}}\n\n", "data: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"output_tokens\":1,\"cost\":0.00018}}}\n\n")]
    [InlineData("chat", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n", null)]
    [InlineData("chat", "data: [DONE]\n\n", null)]
    public void Goes_to_the_end_of_the_usage_that_is_final_in_a_stream(string operation, string frame, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(frame);

        Inserted(bytes, CostMember.FindPlace(SseFrame.Parse(bytes), Operations.Find(operation)!)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("0", ",\"cost\":0")]
    [InlineData("1.50", ",\"cost\":1.5")]
    [InlineData("0.000000000000000000000001", ",\"cost\":0.000000000000000000000001")]
    [InlineData("79228162514264337593543950335", ",\"cost\":79228162514264337593543950335")]
    public void Is_written_with_every_digit_and_no_other(string cost, string expected)
    {
        Span<byte> member = stackalloc byte[CostMember.MaxLength];

        var length = CostMember.Write(member, decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture));

        Encoding.UTF8.GetString(member[..length]).ShouldBe(expected);
    }

    private static string? Inserted(byte[] bytes, int place)
    {
        if (place < 0) return null;
        Span<byte> member = stackalloc byte[CostMember.MaxLength];
        var length = CostMember.Write(member, 0.000180m);
        return Encoding.UTF8.GetString([.. bytes[..place], .. member[..length], .. bytes[place..]]);
    }
}
