using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Relay;

/// <summary>Streams while they run: nothing is held back, and nothing goes on that nobody reads.</summary>
public sealed class LiveStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Streams => [.. StreamFixture.Names];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Each_event_reaches_the_client_before_the_provider_sends_the_next(string name)
    {
        var fixture = StreamFixture.Load(name);
        using var turn = new SemaphoreSlim(0);
        await using var rig = await RelayRig.StartAsync(fixture.Kind, async call =>
        {
            await call.BeginAsync(200, fixture.ContentType);
            foreach (var piece in fixture.Pieces)
            {
                await call.ChunkAsync(piece);
                await turn.WaitAsync(call.Left);
            }

            await call.EndAsync();
        });

        // Whatever comes before the first event for the client must not wait for it.
        foreach (var _ in fixture.Frames.TakeWhile(f => f.Length == 0)) turn.Release();
        using var response = await rig.OpenAsync(fixture.Path, fixture.Body, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        foreach (var frame in fixture.Frames.SkipWhile(f => f.Length == 0))
        {
            var read = new byte[frame.Length];
            await body.ReadExactlyAsync(read, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            Encoding.UTF8.GetString(read).ShouldBe(Encoding.UTF8.GetString(frame));
            turn.Release();
        }

        (await body.ReadAsync(new byte[1], TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_provider_that_stays_open_behind_the_end_does_not_keep_the_client(string name)
    {
        var fixture = StreamFixture.Load(name);
        var done = new TaskCompletionSource();
        await using var rig = await RelayRig.StartAsync(fixture.Kind, async call =>
        {
            await call.BeginAsync(200, fixture.ContentType);
            await call.ChunkAsync(fixture.Sent);
            await done.Task;
        });
        var answer = await rig.SendAsync(fixture.Path, fixture.Body).WaitAsync(Patience, TestContext.Current.CancellationToken);
        answer.Text.ShouldBe(Encoding.UTF8.GetString(fixture.Expected));
        done.SetResult();
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_client_that_leaves_in_the_middle_takes_the_providers_connection_with_it(string name)
    {
        var fixture = StreamFixture.Load(name);
        var closed = new TaskCompletionSource();
        await using var rig = await RelayRig.StartAsync(fixture.Kind, async call =>
        {
            await call.BeginAsync(200, fixture.ContentType);
            await call.ChunkAsync(fixture.Sent.AsMemory(0, fixture.Sent.Length / 2));
            await call.ClosedAsync();
            closed.SetResult();
        });
        await LeaveAsync(rig, fixture);
        await closed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("error").GetString().ShouldBe("client_left");
        line.GetProperty("status").GetInt32().ShouldBe(200);
        line.GetProperty("stream").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_first_byte_takes_the_providers_connection_with_it()
    {
        var asked = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using var rig = await RelayRig.StartAsync("openai", async call =>
        {
            asked.SetResult();
            await call.ClosedAsync();
            closed.SetResult();
        });
        using var patience = new CancellationTokenSource();
        var pending = rig.OpenAsync("/v1/chat/completions", """{"model":"m"}""", patience.Token);
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => pending);
        await closed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("error").GetString().ShouldBe("client_left");
        line.GetProperty("status").GetInt32().ShouldBe(499);
    }

    private static async Task LeaveAsync(RelayRig rig, StreamFixture fixture)
    {
        using var leave = new CancellationTokenSource();
        using var response = await rig.OpenAsync(fixture.Path, fixture.Body, leave.Token);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[fixture.ReadyAt(fixture.Sent.Length / 2)], TestContext.Current.CancellationToken);
        var next = body.ReadAsync(new byte[1], leave.Token).AsTask();
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => next);
    }
}
