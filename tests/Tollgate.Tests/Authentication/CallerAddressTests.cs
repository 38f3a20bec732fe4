using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tollgate.Access;
using Tollgate.Configuration;
using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Authentication;

/// <summary>Callers behind proxies.</summary>
public sealed class CallerAddressTests
{
    [Theory]
    [InlineData(1, "203.0.113.7", "203.0.113.7")]
    [InlineData(1, "6.6.6.6, 203.0.113.7", "203.0.113.7")]
    [InlineData(2, "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData(2, "6.6.6.6|203.0.113.7|10.0.0.2", "203.0.113.7")]
    [InlineData(2, "203.0.113.7", "10.0.0.9")]
    [InlineData(1, "nonsense", "10.0.0.9")]
    [InlineData(1, null, "10.0.0.9")]
    [InlineData(1, "203.0.113.7:4711", "203.0.113.7")]
    [InlineData(1, "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData(1, "::ffff:203.0.113.7", "203.0.113.7")]
    public void By_number_it_is_so_many_places_from_the_right(int hops, string? forwarded, string expected) =>
        Of(new ClientAddressConfig(hops, []), "10.0.0.9", forwarded).ShouldBe(expected);

    [Theory]
    [InlineData("10.0.0.9", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData("10.0.0.9", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    [InlineData("::ffff:10.0.0.9", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.9", "203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2")]
    [InlineData("198.51.100.1", "203.0.113.7", "198.51.100.1")]
    [InlineData("10.0.0.9", null, "10.0.0.9")]
    public void By_network_it_is_the_first_from_the_right_that_is_no_proxy(string connection, string? forwarded, string expected) =>
        Of(new ClientAddressConfig(0, [IPNetwork.Parse("10.0.0.0/8")]), connection, forwarded).ShouldBe(expected);

    [Theory]
    [InlineData("clientAddress: { hops: 1 }", "203.0.113.7", 200)]
    [InlineData("clientAddress: { hops: 1 }", "203.0.113.8", 403)]
    [InlineData("clientAddress: { hops: 1 }", "203.0.113.7, 203.0.113.8", 403)]
    [InlineData("clientAddress: { proxies: [127.0.0.0/8] }", "203.0.113.7", 200)]
    [InlineData("", "203.0.113.7", 403)]
    public async Task Lists_of_addresses_look_at_the_caller_s(string proxies, string forwarded, int status)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        foreach (var access in new[] { "access: { allow: [203.0.113.7] }\nmodels: { m: p }", "models: { m: { access: { allow: [203.0.113.7] }, backends: p } }" })
        {
            await using var gateway = await TestGateway.StartAsync($"providers: {{ p: {{ kind: openai, url: '{provider.Url}/v1' }} }}\n{access}\n{proxies}\n");
            (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""", ("x-forwarded-for", forwarded))).Status.ShouldBe(status, access);
        }
    }

    [Fact]
    public async Task Limits_by_address_count_callers_and_not_their_proxy()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($"providers: {{ p: {{ kind: openai, url: '{provider.Url}/v1' }} }}\nmodels: {{ m: p }}\nclientAddress: {{ hops: 1 }}\nlimits: {{ l: {{ requests: 1, per: day, by: ip }} }}\n");
        foreach (var (address, status) in new[] { ("203.0.113.7", 200), ("203.0.113.8", 200), ("203.0.113.7", 429) })
        {
            (await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[]}""", ("x-forwarded-for", address))).Status.ShouldBe(status);
        }
    }

    [Theory]
    [InlineData("clientAddress: {}", "write hops: or proxies:, one of them")]
    [InlineData("clientAddress: { hops: 1, proxies: [10.0.0.0/8] }", "write hops: or proxies:, one of them")]
    [InlineData("clientAddress: { hops: 0 }", "clientAddress.hops must be")]
    public void It_is_found_in_one_way(string proxies, string complaint) =>
        string.Join('\n', Loading.Problems($"providers: {{ simulator: {{}} }}\nmodels: {{ m: simulator }}\n{proxies}\n")).ShouldContain(complaint);

    private static string? Of(ClientAddressConfig config, string connection, string? forwarded)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        if (forwarded is not null) context.Request.Headers["x-forwarded-for"] = new StringValues(forwarded.Split('|'));
        return new CallerAddress(config).Of(context)?.ToString();
    }
}
