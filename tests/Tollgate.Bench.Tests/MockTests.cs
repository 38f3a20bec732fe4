using System.Net;
using System.Net.Sockets;
using System.Text;
using Tollgate.Bench.Load;
using Tollgate.Bench.Relay;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Tests;

public sealed class MockTests
{
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("aws-bedrock")]
    [InlineData("gemini-native")]
    public async Task Every_dialect_gives_whole_answers_and_streams(string kind)
    {
        await using var gateway = await InProcessGateway.StartAsync(new Cell("test", 1), kind);
        var small = await AskAsync(gateway.Port, AnswerShape.Short);
        small.ShouldContain("jumped over the lazy dog");
        small.ShouldContain("\"finish_reason\":\"stop\"");
        (await AskAsync(gateway.Port, AnswerShape.Long)).Length.ShouldBeInRange(9_000, 12_000);
        foreach (var shape in (AnswerShape[])[AnswerShape.Stream50, AnswerShape.Stream500, AnswerShape.Paced])
        {
            var stream = await AskAsync(gateway.Port, shape);
            stream.ShouldContain("data: [DONE]");
            (stream.Split("\" token\"").Length - 1).ShouldBeInRange(shape.Events() - 6, shape.Events(), shape.ToString());
        }
    }

    [Fact]
    public async Task A_body_larger_than_the_buffer_is_taken_whole()
    {
        using var mock = new MockProvider(0);
        using var connection = new LoadConnection(mock.Port);
        await connection.RunAsync(Payload.Request(ClientForm.OpenAI, AnswerShape.Short, 1024 * 1024), LoadPhase.Of(3));
        connection.Times.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Each_event_of_a_stream_is_a_write_of_its_own()
    {
        using var mock = new MockProvider(0);
        using var connection = new LoadConnection(mock.Port);
        var before = connection.Segments;
        await connection.RunAsync(Payload.Request(ClientForm.OpenAI, AnswerShape.Stream50), LoadPhase.Of(4));
        ((connection.Segments - before) / 4.0).ShouldBeGreaterThan(8, "the kernel puts some together that wait for the reader, but not 4 KB each time");
    }

    private static async Task<string> AskAsync(int port, AnswerShape shape)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Payload.Request(ClientForm.OpenAI, shape), TestContext.Current.CancellationToken);
        var (text, buffer) = (new StringBuilder(), new byte[64 * 1024]);
        while (!Whole(text.ToString()))
        {
            var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (read == 0) throw new IOException("closed after: " + text);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static bool Whole(string answer)
    {
        var head = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return false;
        var length = HttpFraming.ContentLength(Encoding.ASCII.GetBytes(answer[..(head + 4)]));
        return length >= 0 ? answer.Length - head - 4 >= length : answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
    }
}
