using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Tests;

public sealed class OpenLoopTests
{
    [Fact]
    public async Task Everything_that_was_due_is_asked_and_answered()
    {
        using var mock = new MockProvider(0);
        using var loop = new OpenLoop(mock.Port, 8, Payload.Request(ClientForm.OpenAI, AnswerShape.Short));
        var result = await loop.RunAsync(500, TimeSpan.FromSeconds(0.4));
        result.Times.Count.ShouldBe(200);
        result.PerSecond.ShouldBeInRange(1, 510);
    }

    [Fact]
    public async Task A_request_that_waits_for_a_connection_is_charged_from_when_it_was_due()
    {
        using var mock = new MockProvider(0);
        using var loop = new OpenLoop(mock.Port, 1, Payload.Request(ClientForm.OpenAI, AnswerShape.Paced));
        var result = await loop.RunAsync(100, TimeSpan.FromSeconds(0.02));
        result.Times.Count.ShouldBe(2);
        result.Times.Quantile(1).ShouldBeGreaterThan(1_500_000, "a stream takes a second, and the second one waited for the first");
    }

    [Fact]
    public async Task An_answer_of_another_status_ends_it()
    {
        using var mock = new MockProvider(0, AnswerBook.Raw("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}"));
        using var loop = new OpenLoop(mock.Port, 2, Payload.Request(ClientForm.OpenAI, AnswerShape.Short));
        var error = await Should.ThrowAsync<IOException>(() => loop.RunAsync(100, TimeSpan.FromSeconds(0.05)));
        error.Message.ShouldContain("503");
    }
}
