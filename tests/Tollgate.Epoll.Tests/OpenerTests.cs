using System.Net;
using System.Net.Sockets;
using Tollgate.Configuration;
using Tollgate.Epoll.Dialing;
using Tollgate.Epoll.Loops;
using Tollgate.Epoll.Native;

namespace Tollgate.Epoll.Tests;

public sealed class OpenerTests : IDisposable
{
    private readonly LoopGroup _loops = new(2);

    public void Dispose() => _loops.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("localhost", "127.0.0.1")]
    public async Task Connects_by_address_and_by_name(string host, string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        using var wire = await new EpollOpener(_loops).ConnectAsync(host, ((IPEndPoint)listener.LocalEndpoint).Port, Token);
        using var accepted = await listener.AcceptSocketAsync(Token);
        await wire.WriteAsync("ping"u8.ToArray(), Token);
        var bytes = new byte[16];
        (await accepted.ReceiveAsync(bytes, Token)).ShouldBe(4);
        wire.HasInput.ShouldBeFalse();
        await accepted.SendAsync("pong"u8.ToArray(), Token);
        (await wire.ReadAsync(bytes)).ShouldBe(4);
        accepted.Dispose();
        (await wire.ReadAsync(bytes)).ShouldBe(0);
        wire.HasInput.ShouldBeTrue("it is closed");
    }

    [Fact]
    public async Task Says_when_nobody_listens()
    {
        using var nobody = HeldPort.Take();
        (await Should.ThrowAsync<SocketException>(async () => await new EpollOpener(_loops).ConnectAsync("127.0.0.1", nobody.Number, Token))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task A_name_whose_first_address_does_not_answer_is_tried_at_the_next()
    {
        // "localhost" is [::1] and 127.0.0.1 where both are known; only one of them has a listener.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var wire = await new EpollOpener(_loops).ConnectAsync("localhost", ((IPEndPoint)listener.LocalEndpoint).Port, Token);
        wire.ShouldNotBeNull();
    }

    [Fact]
    public async Task Says_when_there_is_no_such_host() =>
        (await Should.ThrowAsync<SocketException>(async () => await new EpollOpener(_loops).ConnectAsync("no-such-host.invalid", 80, Token))).SocketErrorCode.ShouldBeOneOf(SocketError.HostNotFound, SocketError.TryAgain, SocketError.NoData);

    [Theory]
    [InlineData(null, -1)]
    [InlineData("", -1)]
    [InlineData("0", 0)]
    [InlineData("3", 3)]
    public void The_environment_says_how_many_threads_poll(string? text, int loops) =>
        EpollSettings.Read(name => name == "TOLLGATE_LOOPS" ? text : null).Loops.ShouldBe(loops < 0 ? Environment.ProcessorCount : loops);

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("100000")]
    public void What_is_no_number_of_threads_is_said_with_its_mend(string text) =>
        Should.Throw<ConfigurationException>(() => EpollSettings.Read(_ => text)).Message.ShouldContain($"TOLLGATE_LOOPS is '{text}': write a number of threads");

    [Fact]
    public void Addresses_are_read_as_they_were_written()
    {
        foreach (var address in new[] { "127.0.0.1", "255.254.253.252", "::1", "2001:db8::7", "fe80::1%3" })
        {
            var bytes = new byte[Addresses.Largest];
            Addresses.Write(IPAddress.Parse(address), 54321, bytes).ShouldBeOneOf(16, 28);
            Addresses.Read(bytes).ShouldBe(new IPEndPoint(IPAddress.Parse(address), 54321));
        }

        Addresses.Read([1, 0, 0, 0]).ShouldBeNull("of another family");
    }
}
