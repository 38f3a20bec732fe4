using Tollgate.Configuration;
using Tollgate.Pipeline.Fetching;

namespace Tollgate.Tests.Fetching;

/// <summary>Addresses that are refused by how they are written, before any name is looked up.</summary>
public sealed class FetchAddressTests
{
    private static readonly FetchConfig Http = new() { Images = true, Http = true };

    [Theory]
    [InlineData("https://cdn.my-site.org/a.png")]
    [InlineData("https://cdn.my-site.org:443/a.png?w=1&h=2#x")]
    [InlineData("HTTPS://CDN.My-Site.org")]
    [InlineData("http://cdn.my-site.org:80/a%20b.png")]
    [InlineData("https://xn--bcher-kva.de/a.png")]
    [InlineData("https://a.b/@c:d")]
    public void Plain_addresses_pass(string address) => FetchAddress.Judge(address, Http).Complaint.ShouldBeNull();

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://127.0.0.1.:443/")]
    [InlineData("https://127.0.0.1%2f@a.org/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST/")]
    [InlineData("https://localhost./")]
    [InlineData("https://foo.localhost/")]
    [InlineData("https://metadata/")]
    [InlineData("https://metadata.google.internal/computeMetadata/v1/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://db.corp/")]
    [InlineData("https://1.0.0.127.in-addr.arpa/")]
    [InlineData("https://cdn.my-site.org./a.png")]
    [InlineData("https://cdn..my-site.org/")]
    [InlineData("https://.my-site.org/")]
    [InlineData("https:///a.png")]
    [InlineData("https://")]
    [InlineData("https:cdn.my-site.org/a.png")]
    [InlineData("https:/cdn.my-site.org/a.png")]
    [InlineData("https://user@cdn.my-site.org/")]
    [InlineData("https://user:secret@cdn.my-site.org/")]
    [InlineData("https://cdn.my-site.org@127.0.0.1/")]
    [InlineData("https://127.0.0.1#@cdn.my-site.org/")]
    [InlineData("https://127.0.0.1?@cdn.my-site.org/")]
    [InlineData("https://127.0.0.1\\@cdn.my-site.org/")]
    [InlineData("https://cdn.my-site.org\\@127.0.0.1/")]
    [InlineData("https://cdn.my-site.org:22/")]
    [InlineData("https://cdn.my-site.org:80/")]
    [InlineData("http://cdn.my-site.org:443/")]
    [InlineData("https://cdn.my-site.org:/")]
    [InlineData("https://cdn.my-site.org:443:22/")]
    [InlineData("https://cdn.my-site.org:0443/")]
    [InlineData("https://%6c%6f%63%61%6c%68%6f%73%74/")]
    [InlineData("https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/")]
    [InlineData("https://bücher.de/")]
    [InlineData("https://cdn.my-site.org/a b.png")]
    [InlineData("https://cdn.my-site.org/\r\nHost: evil")]
    [InlineData("https://cdn.my-site.org/\0")]
    [InlineData(" https://cdn.my-site.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://cdn.my-site.org/")]
    [InlineData("ftp://cdn.my-site.org/")]
    [InlineData("//cdn.my-site.org/")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("")]
    public void What_could_lead_inside_or_be_read_in_two_ways_is_refused(string address)
    {
        var (uri, complaint) = FetchAddress.Judge(address, Http);
        uri.ShouldBeNull();
        complaint.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Addresses_longer_than_4_KB_are_refused() => FetchAddress.Judge("https://a.org/" + new string('a', 4096), Http).Uri.ShouldBeNull();

    [Fact]
    public void Plain_http_needs_permission()
    {
        FetchAddress.Judge("http://cdn.my-site.org/a.png", new FetchConfig { Images = true }).Complaint.ShouldBe("does not begin with https://");
        FetchAddress.Judge("https://cdn.my-site.org/a.png", new FetchConfig { Images = true }).Complaint.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://cdn.my.org/a", true)]
    [InlineData("https://CDN.MY.ORG/a", true)]
    [InlineData("https://a.other.net/a", true)]
    [InlineData("https://a.b.other.net/a", true)]
    [InlineData("https://other.net/a", false)]
    [InlineData("https://another.net/a", false)]
    [InlineData("https://my.org/a", false)]
    [InlineData("https://cdn.my.org.evil.net/a", false)]
    [InlineData("https://evil.net/cdn.my.org", false)]
    public void Where_hosts_are_listed_no_other_is_asked(string address, bool isListed)
    {
        var rules = new FetchConfig { Images = true, Hosts = ["cdn.my.org", "*.other.net"] };
        (FetchAddress.Judge(address, rules).Uri is not null).ShouldBe(isListed);
    }
}
