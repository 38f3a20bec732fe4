using Tollgate.Upstreams;

namespace Tollgate.Tests.Upstreams;

/// <summary>Who waits for more of a body goes on with data or its end, and with nothing else; the wait is the connection's and serves one answer after the other.</summary>
public sealed class BodyWaitTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    private readonly SemaphoreSlim _next = new(0);

    [Fact]
    public async Task What_lies_between_data_ends_no_wait()
    {
        await using var server = new RawServer(async peer =>
        {
            while (await peer.ReadRequestAsync() is not null)
            {
                await peer.WriteAsync(Chunked);
                foreach (var piece in (string[])["5", "\r\n", "hello", "\r\n", "6;x=", "y\r\n wo", "rld\r\n", "0\r\n", "\r\n"])
                {
                    await _next.WaitAsync(TestContext.Current.CancellationToken);
                    await peer.WriteAsync(piece);
                }
            }
        });
        for (var round = 0; round < 2; round++)
        {
            using var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
            (await DataAsync(response, pieces: 3)).ShouldBe("hello");
            (await DataAsync(response, pieces: 3)).ShouldBe(" wo");
            (await DataAsync(response, pieces: 1)).ShouldBe("rld");
            (await DataAsync(response, pieces: 2)).ShouldBe("");
        }

        server.Peers.Select(p => p.Requests).ShouldBe([2]);
    }

    [Fact]
    public async Task A_body_that_breaks_off_while_it_is_waited_for_says_so()
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.WriteAsync(Chunked + "5\r\nhello\r\n");
            await _next.WaitAsync(TestContext.Current.CancellationToken);
            peer.Close();
        });
        using var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
        (await DataAsync(response, pieces: 0)).ShouldBe("hello");
        (await Should.ThrowAsync<HttpIOException>(() => DataAsync(response, pieces: 1))).HttpRequestError.ShouldBe(HttpRequestError.ResponseEnded);
    }

    [Fact]
    public async Task Damaged_chunks_that_are_waited_for_are_told_as_such()
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.WriteAsync(Chunked);
            await _next.WaitAsync(TestContext.Current.CancellationToken);
            await peer.WriteAsync("no size\r\n");
            await peer.ReadToEndAsync();
        });
        using var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
        await Should.ThrowAsync<InvalidDataException>(() => DataAsync(response, pieces: 1));
    }

    [Fact]
    public async Task A_body_that_is_left_while_it_is_waited_for_ends_the_wait_and_the_connection()
    {
        await using var server = new RawServer(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.WriteAsync(Chunked);
            await peer.ReadToEndAsync();
        });
        var response = await server.SendAsync(new BufferContent("{}"u8.ToArray()));
        var reading = response.Body.ReadAsync(new byte[10], TestContext.Current.CancellationToken).AsTask();
        response.Dispose();
        await Should.ThrowAsync<HttpIOException>(() => reading);
        await server.Peers.Single().Finished.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>What the next read brings, while so many pieces are sent one after the other.</summary>
    private async Task<string> DataAsync(UpstreamResponse response, int pieces)
    {
        var buffer = new byte[100];
        var reading = response.Body.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask();
        for (var i = 0; i < pieces; i++)
        {
            reading.IsCompleted.ShouldBeFalse();
            _next.Release();
            await Task.Delay(20, TestContext.Current.CancellationToken); // so that each piece comes by itself
        }

        return System.Text.Encoding.Latin1.GetString(buffer, 0, await reading);
    }
}
