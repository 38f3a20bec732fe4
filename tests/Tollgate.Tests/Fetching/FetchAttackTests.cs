using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tollgate.Pipeline.Fetching;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Fetching;

/// <summary>Sites and names that mean harm.</summary>
public sealed class FetchAttackTests
{
    private const string Picture = "http://cdn.my-site.org/cat.png";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.1.2.3")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("fd00:ec2::254")]
    [InlineData(OutsideWorld.Public, "192.168.0.1")]
    [InlineData("192.168.0.1", OutsideWorld.Public)]
    public async Task A_name_that_leads_inside_is_not_connected_to(params string[] addresses)
    {
        await using var rig = await FetchRig.WithPictureAsync();
        rig.World.Names["cdn.my-site.org"] = addresses;
        await rig.ShouldRefuseAsync("has a host without a public address", Picture);
        rig.World.Connected.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_does_not_exist_looks_the_same_as_one_that_leads_inside()
    {
        await using var rig = await FetchRig.WithPictureAsync();
        (rig.World.Names["here.my-site.org"], rig.World.Names["gone.my-site.org"]) = (["10.0.0.1"], []);
        var (_, inside, _) = await rig.AskAsync("http://here.my-site.org/");
        var (_, nowhere, _) = await rig.AskAsync("http://gone.my-site.org/");
        WithoutId(nowhere).ShouldBe(WithoutId(inside));
        static string WithoutId(string body) => body[..body.IndexOf("\"request_id\"", StringComparison.Ordinal)];
    }

    [Fact]
    public async Task Every_connection_is_judged_by_the_address_that_it_goes_to()
    {
        // A name that is public when it is looked at and inside when it is used gains nothing: there is one look, and it is used.
        await using var rig = await FetchRig.StartAsync("aws-bedrock", async call =>
        {
            await call.AnswerAsync(200, "image/png", FetchRig.Png, ("connection", "close"));
            call.Close();
        });
        (await rig.AskAsync(Picture)).Status.ShouldBe(200);
        rig.World.Resolved.Count.ShouldBe(1);
        rig.World.Names["cdn.my-site.org"] = ["127.0.0.1"];
        var (status, body, _) = await rig.AskAsync(Picture);
        status.ShouldBe(400);
        body.ShouldContain("without a public address");
        rig.World.Connected.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("http://inside.my-site.org/x", "has a host without a public address")]
    [InlineData("http://127.0.0.1/x", "redirects to an address that names its host by a number")]
    [InlineData("//0x7f.1/x", "redirects to an address that names its host by a number")]
    [InlineData("http://[::1]/x", "redirects to an address that has no proper host name")]
    [InlineData("http://localhost/x", "redirects to an address that names a host of an inside network")]
    [InlineData("http://user:pass@cdn.my-site.org/x", "redirects to an address that holds a user name or password")]
    [InlineData("http://cdn.my-site.org:22/x", "redirects to an address that names a port of its own")]
    [InlineData("file:///etc/passwd", "redirects to an address that does not begin with")]
    [InlineData("gopher://cdn.my-site.org/", "redirects to an address that does not begin with")]
    [InlineData("/cat.png", "redirects more than 3 times")]
    [InlineData("", "redirects more than 3 times")]
    [InlineData("http://", "redirects to nowhere")]
    public async Task A_redirect_is_judged_like_the_address(string location, string words)
    {
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(status, "", ("location", location)));
            rig.World.Names["inside.my-site.org"] = ["10.0.0.1"];
            await rig.ShouldRefuseAsync(words, Picture);
            rig.World.Connected.ShouldAllBe(to => to.Address.ToString() == OutsideWorld.Public);
        }
    }

    [Fact]
    public async Task Three_redirects_are_followed()
    {
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.Target switch
        {
            "/cat.png" => call.AnswerAsync(302, "", ("location", "/1")),
            "/1" => call.AnswerAsync(307, "", ("location", "http://other.my-site.org/2")),
            "/2" => call.AnswerAsync(308, "", ("location", "3?a=b")),
            _ => call.AnswerAsync(200, "image/png", FetchRig.Png),
        });
        (await rig.AskAsync(Picture)).Status.ShouldBe(200);
        rig.World.Calls.Select(c => c.Headers["host"] + c.Target).ShouldBe(["cdn.my-site.org/cat.png", "cdn.my-site.org/1", "other.my-site.org/2", "other.my-site.org/3?a=b"]);
    }

    [Fact]
    public async Task Redirects_keep_to_the_listed_hosts()
    {
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(302, "", ("location", "http://evil.net/")), "fetch: { images: true, http: true, hosts: [cdn.my-site.org] }");
        await rig.ShouldRefuseAsync("redirects to an address that has a host that the gateway is not allowed to fetch from", Picture);
    }

    [Theory]
    [InlineData("text/html", "<html>sign in</html>", "no PNG, JPEG, GIF, WebP or HEIC image")]
    [InlineData("image/png", "<html>sign in</html>", "no PNG, JPEG, GIF, WebP or HEIC image")]
    [InlineData("image/svg+xml", "<svg onload='x'/>", "no PNG, JPEG, GIF, WebP or HEIC image")]
    [InlineData("image/png", "%PDF-1.7", "no PNG, JPEG, GIF, WebP or HEIC image")]
    [InlineData("image/png", "", "no PNG, JPEG, GIF, WebP or HEIC image")]
    public async Task What_a_site_calls_a_picture_must_be_one(string type, string content, string words)
    {
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(200, type, Encoding.UTF8.GetBytes(content)));
        await rig.ShouldRefuseAsync(words, Picture);
    }

    [Fact]
    public async Task A_picture_of_a_type_that_the_provider_does_not_take_is_refused_by_the_providers_rule()
    {
        byte[] heic = [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0];
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(200, "image/heic", heic));
        await rig.ShouldRefuseAsync("cannot be asked for image format", Picture);
    }

    [Fact]
    public async Task More_than_the_limit_is_not_read()
    {
        const string Limit = "fetch: { images: true, http: true, maxBytes: 1KB }";
        await using var told = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(200, "image/png", new byte[1025]), Limit);
        await told.ShouldRefuseAsync("more than 1024 bytes (fetch.maxBytes)", Picture);

        // Without a length, and without an end.
        var sent = 0;
        await using var endless = await FetchRig.StartAsync("aws-bedrock", async call =>
        {
            await call.BeginAsync(200, "image/png");
            await call.ChunkAsync(FetchRig.Png);
            for (; sent < 100_000; sent++) await call.ChunkAsync(new byte[4096]);
        }, Limit);
        await endless.ShouldRefuseAsync("more than 1024 bytes (fetch.maxBytes)", Picture);
        sent.ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task All_that_is_fetched_counts_as_the_request_does()
    {
        byte[] large = [.. FetchRig.Png, .. new byte[3000]];
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(200, "image/png", large), "fetch: { images: true, http: true }\nmaxRequestBody: 6KB");
        (await rig.AskAsync("http://cdn.my-site.org/1")).Status.ShouldBe(200);
        var (status, body, _) = await rig.AskAsync("http://cdn.my-site.org/1", "http://cdn.my-site.org/2");
        status.ShouldBe(400);
        body.ShouldContain("maxRequestBody");
        rig.Provider.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_site_that_is_silent_ends_with_the_time_limit()
    {
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.ClosedAsync(), "fetch: { images: true, http: true, timeout: 100ms }");
        await rig.ShouldRefuseAsync("was not answered within 0.1 s (fetch.timeout)", Picture);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_unpacked()
    {
        await using var rig = await FetchRig.StartAsync("aws-bedrock", call => call.AnswerAsync(200, "image/png", FetchRig.Png, ("content-encoding", "gzip")));
        await rig.ShouldRefuseAsync("compressed", Picture);
    }

    [Fact]
    public async Task A_host_must_prove_who_it_is()
    {
        await using var site = new SelfSignedSite("cdn.my-site.org");
        using var fetcher = new MediaFetcher(site);
        var (source, complaint) = await fetcher.FetchAsync("https://cdn.my-site.org/cat.png", isDocument: false, new() { Images = true }, TestContext.Current.CancellationToken);
        source.ShouldBeNull();
        complaint.ShouldBe("has a host whose certificate is not valid");
        site.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_fetch()
    {
        var (asked, closed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var rig = await FetchRig.StartAsync("aws-bedrock", async call =>
        {
            asked.SetResult();
            await call.ClosedAsync();
            closed.SetResult();
        }, "fetch: { images: true, http: true, timeout: 1m }");
        using var leave = new CancellationTokenSource();
        using var content = new StringContent(FetchRig.Ask(Translation.Cell.OpenAI, Picture), Encoding.UTF8, "application/json");
        var asking = rig.Gateway.Client.PostAsync(Translation.Cell.OpenAI, content, leave.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asking);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("client_left");
    }

    [Fact]
    public async Task The_machines_own_resolver_and_sockets_are_guarded_alike()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var dialer = new GuardedDialer(new SocketNetwork());
        foreach (var host in new[] { "localhost", "127.0.0.1", "::1", "0x7f.1", "ip6-localhost" })
        {
            await Should.ThrowAsync<NotPublicException>(async () => await dialer.ConnectAsync(new DnsEndPoint(host, port), TestContext.Current.CancellationToken), host.ToString(CultureInfo.InvariantCulture));
        }

        listener.Pending().ShouldBeFalse();
    }
}
