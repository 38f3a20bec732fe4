using System.Globalization;
using System.Text;
using Tollgate.Upstreams;

namespace Tollgate.Tests.Upstreams;

/// <summary>Large bodies, and providers that do not read all of them.</summary>
public sealed class UploadTests
{
    private const int Large = 32 * 1024 * 1024; // more than a socket takes without a reader
    private const string Refusal = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 7\r\n\r\ntoo big";

    public enum Ending
    {
        Stays,
        Closes,
        StaysAfterInforming,
    }

    [Theory]
    [InlineData(Ending.Stays, true)]
    [InlineData(Ending.Stays, false)]
    [InlineData(Ending.Closes, true)]
    [InlineData(Ending.Closes, false)]
    [InlineData(Ending.StaysAfterInforming, true)]
    [InlineData(Ending.StaysAfterInforming, false)]
    public async Task An_early_refusal_arrives(Ending ending, bool isStreamed)
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.WriteAsync((ending == Ending.StaysAfterInforming ? "HTTP/1.1 100 Continue\r\n\r\n" : "") + Refusal);
            if (ending == Ending.Closes) peer.Shutdown();
            else await peer.LeftAsync();
        });
        using var response = await server.SendAsync(isStreamed ? Streamed(Large, Large) : new BufferContent(new byte[Large]), TestContext.Current.CancellationToken);
        response.Status.ShouldBe(413);
        (await RawServer.TextAsync(response)).ShouldBe("too big");
    }

    [Fact]
    public async Task A_connection_whose_upload_was_cut_is_not_used_again()
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.WriteAsync(Refusal);
            await peer.LeftAsync();
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await server.SendAsync(new BufferContent(new byte[Large]), TestContext.Current.CancellationToken);
            (await RawServer.TextAsync(response)).ShouldBe("too big");
        }

        server.Peers.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refusal_is_heard_when_the_rest_of_the_body_could_not_be_sent()
    {
        using var transport = new Tollgate.Upstreams.Http1.Http1Transport(new MemoryDialer(static () => new ClosedWire()), TimeProvider.System);
        using var response = await transport.SendAsync(new UpstreamRequest(HttpMethod.Post, new Uri("https://h/"), new BufferContent(new byte[50_000])), CancellationToken.None);
        (response.Status, await RawServer.TextAsync(response)).ShouldBe((413, "too big"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_without_an_answer_is_an_error(bool isStreamed)
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadHeadAsync();
            peer.Reset();
        });
        var broken = await Should.ThrowAsync<Exception>(async () => (await server.SendAsync(isStreamed ? Streamed(Large, null) : new BufferContent(new byte[Large]))).Dispose());
        (broken is IOException or HttpRequestException).ShouldBeTrue(broken.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_early_answer_that_is_no_refusal_still_gets_the_whole_body(bool isStreamed)
    {
        var got = new TaskCompletionSource<int>();
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.AnswerAsync("ok");
            got.SetResult(await peer.SkipAsync(Large));
            await peer.LeftAsync();
        });
        using var response = await server.SendAsync(isStreamed ? Streamed(Large, Large) : new BufferContent(new byte[Large]), TestContext.Current.CancellationToken);
        (response.Status, await RawServer.TextAsync(response)).ShouldBe((200, "ok"));
        (await got.Task).ShouldBe(Large);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(16_000)]
    [InlineData(100_000)]
    public async Task A_body_of_known_length_goes_as_it_is(int length)
    {
        var body = Text(length);
        await using var server = new RawServer(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Body: var read }) await peer.AnswerAsync(read);
        });
        for (var i = 0; i < 2; i++)
        {
            using var response = await server.SendAsync(new StreamingContent(length, (target, left) => WriteAsync(target, body, 999, left)), TestContext.Current.CancellationToken);
            (await RawServer.TextAsync(response)).ShouldBe(body);
        }

        server.Peers.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 3)]
    [InlineData(100_000, 777)]
    [InlineData(100_000, 50_000)]
    public async Task A_body_of_unknown_length_goes_in_chunks(int length, int piece)
    {
        var body = Text(length);
        await using var server = new RawServer(async peer =>
        {
            (await peer.ReadHeadAsync())!.ShouldContain("Transfer-Encoding: chunked\r\n");
            await peer.AnswerAsync(await peer.ReadChunksAsync(), "connection: close\r\n");
        });
        using var response = await server.SendAsync(new StreamingContent(null, (target, left) => WriteAsync(target, body, piece, left)), TestContext.Current.CancellationToken);
        (await RawServer.TextAsync(response)).ShouldBe(body);
    }

    [Theory]
    [InlineData(100, 99)]
    [InlineData(100, 101)]
    [InlineData(100, 100_000)]
    [InlineData(100_000, 50_000)]
    public async Task A_body_of_another_length_than_was_said_is_an_error(int said, int length)
    {
        await using var server = new RawServer(peer => peer.ReadToEndAsync());
        var wrong = await Should.ThrowAsync<HttpRequestException>(async () => (await server.SendAsync(Streamed(length, said))).Dispose());
        wrong.Message.ShouldContain(said.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(50_000, null)]
    [InlineData(50_000, 100_000)]
    public async Task What_the_source_throws_arrives_and_the_request_does_not_look_whole(int after, int? length)
    {
        var came = new TaskCompletionSource<string>();
        await using var server = new RawServer(async peer => came.SetResult(await peer.ReadToEndAsync()));
        var thrown = await Should.ThrowAsync<NotSupportedException>(async () => (await server.SendAsync(new StreamingContent(length, async (target, left) =>
        {
            await WriteAsync(target, Text(after), 1000, left);
            await target.FlushAsync(left);
            throw new NotSupportedException("the source's own");
        }))).Dispose());
        thrown.Message.ShouldBe("the source's own");
        var text = await came.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        text.ShouldNotEndWith("0\r\n\r\n");
        if (length is not null) text.Length.ShouldBeLessThan(length.Value);
    }

    private static string Text(int length) => string.Create(length, 0, static (target, _) =>
    {
        for (var i = 0; i < target.Length; i++) target[i] = (char)('a' + (i % 23));
    });

    private static StreamingContent Streamed(int length, int? said) => new(said, (target, left) => WriteAsync(target, Encoding.ASCII.GetBytes(Text(length)), 64 * 1024, left));

    private static Task WriteAsync(Stream target, string body, int piece, CancellationToken left) => WriteAsync(target, Encoding.ASCII.GetBytes(body), piece, left);

    private static async Task WriteAsync(Stream target, byte[] body, int piece, CancellationToken left)
    {
        for (var at = 0; at < body.Length; at += piece) await target.WriteAsync(body.AsMemory(at, Math.Min(piece, body.Length - at)), left);
    }

    /// <summary>Takes the first write and breaks at the second, as a stream over TLS does; its answer came before.</summary>
    private sealed class ClosedWire : Tollgate.Upstreams.Http1.Wire
    {
        private readonly MemoryWire _answer = new([Encoding.ASCII.GetBytes(Refusal)]);
        private int _writes;

        internal override bool HasInput => true;

        internal override ValueTask<int> ReadAsync(Memory<byte> target) => _answer.ReadAsync(target);

        internal override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            ++_writes > 1 ? ValueTask.FromException(new IOException("broken pipe")) : default;

        internal override int ReadNow(Memory<byte> target) => 0;

        public override void Dispose() => _answer.Dispose();
    }
}
