using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

/// <summary>What can be written below <c>limits</c>, and what is said of mistakes.</summary>
public sealed class LimitConfigTests
{
    private const string Rest = "providers: { p: { kind: openai, key: k } }\nmodels: { gpt-4o-mini: p, \"o*\": p }\n";

    [Fact]
    public void Everything_that_can_be_written_is_bound()
    {
        var limits = Loading.Config(Rest + """
            costs: [{ name: mine, type: TotalToken }]
            stores: { counters: "redis://cache:6379" }
            limits:
              a: { tokens: 100000 }
              b:
                cost: { mine: 7 }
                per: month
                window: sliding
                by: [client, "header:x-tenant", "claim:sub"]
                match: { models: ["o1*"], providers: [p], clients: ["t-*"], headers: { x-a: one, x-b: { pattern: "a|b" }, x-c: { value: two, invert: true } } }
                pool: q
                store: shared
                shadow: true
              c: { money: 0.25, per: day, by: key, pool: q, store: shared }
            reserve: { output: 99 }
            """);
        limits.Reserve.Output.ShouldBe(99);
        limits.Limits.Length.ShouldBe(3);
        (limits.Limits[0].Unit, limits.Limits[0].Limit, limits.Limits[0].Per, limits.Limits[0].Sliding, limits.Limits[0].Shared).ShouldBe((LimitUnit.Tokens, 100000, LimitPeriod.Minute, false, false));
        var b = limits.Limits[1];
        (b.Unit, b.Cost, b.Limit, b.Per, b.Sliding, b.Pool, b.Shared, b.Shadow).ShouldBe((LimitUnit.Cost, "mine", 7, LimitPeriod.Month, true, "q", true, true));
        b.By.ShouldBe([new LimitKey(LimitSubject.Client), new LimitKey(LimitSubject.Header, "x-tenant"), new LimitKey(LimitSubject.Claim, "sub")]);
        b.Match!.Headers.ShouldBe([new HeaderMatch("x-a", "one"), new HeaderMatch("x-b", "a|b", IsPattern: true), new HeaderMatch("x-c", "two", Invert: true)]);
        (limits.Limits[2].Unit, limits.Limits[2].Limit).ShouldBe((LimitUnit.Money, 0.25m));
    }

    [Theory]
    [InlineData("l: { per: day }", "3:11: limits.l does not say what is limited")]
    [InlineData("l: { requests: 1, tokens: 1 }", "limits.l has requests and tokens: make each a limit of its own")]
    [InlineData("l: { requests: 0 }", "limits.l.requests must be a whole number from 1")]
    [InlineData("l: { requests: 1, by: user }", "limits.l.by must be one of client, key, team")]
    [InlineData("l: { requests: 1, by: \"header:authorization\" }", "by the header authorization, which holds a secret: write by: key")]
    [InlineData("l: { requests: 1, by: \"header:x y\" }", "names the header 'x y': this is not a header name")]
    [InlineData("l: { requests: 1, by: [client, client] }", "names a key of by twice")]
    [InlineData("l: { cost: { mine: 1 } }", "counts the cost 'mine', and there is none: add costs:")]
    [InlineData("l: { cost: { a: 1, b: 2 } }", "limits.l.cost must name one cost")]
    [InlineData("l: { money: 0 }", "limits.l.money must be an amount in US dollars from 0.000000001")]
    [InlineData("l: { requests: 1, match: { providers: [q] } }", "is for the provider 'q', which does not exist")]
    [InlineData("l: { requests: 1, match: { models: [gpt-4o-mni] } }", "is for the model 'gpt-4o-mni', which nobody can ask for; did you mean 'gpt-4o-mini'?")]
    [InlineData("l: { requests: 1, match: { headers: { x-a: { pattern: \"(\" } } } }", "has a pattern for x-a that is not a regular expression")]
    [InlineData("l: { requests: 1, match: { headers: { x-a: { pattern: \"(a)\\\\1\" } } } }", "not a regular expression in RE2's syntax")]
    [InlineData("l: { requests: 1, match: { headers: { x-a: { value: a, pattern: b } } } }", "limits.l.match.headers.x-a needs value or pattern, one of them")]
    [InlineData("l: { requests: 1, models: [a] }", "write match: { models: […] }")]
    [InlineData("l: { requests: 1, store: shared }", "and there is none: add stores:")]
    [InlineData("l: { requests: 1, pool: p, store: local }", "warning: limits.l is the only one of the pool 'p'")]
    [InlineData("l: { money: 1, match: { models: [\"o*\"] } }", "")]
    public void A_mistake_is_said_with_its_place_and_its_mend(string limit, string message)
    {
        var problems = Loading.Problems(Rest + "limits: { " + limit + " }");
        if (message.Length == 0) problems.ShouldBeEmpty();
        else problems.ShouldHaveSingleItem().ShouldContain(message);
    }

    [Fact]
    public void Money_warns_of_what_has_no_price() =>
        Loading.Problems("providers: { p: { kind: openai, key: k } }\nmodels: { house-model: p, gpt-4o-mini: p }\nlimits: { l: { money: 1 } }")
            .ShouldHaveSingleItem().ShouldBe("t.yaml:3:11: warning: limits.l counts money, and the price of p: house-model is not known, so requests to it count nothing: add it below prices:");

    [Fact]
    public void Clients_that_do_not_exist_are_a_mistake() =>
        Loading.Problems(Rest + "clients: { search: { key: aaaaaaaaaaaaaaaa } }\nlimits: { l: { requests: 1, match: { clients: [serch] } } }")
            .ShouldHaveSingleItem().ShouldContain("is for the client 'serch', which does not exist; did you mean 'search'?");

    [Fact]
    public void The_dump_tells_limits_in_the_files_words_without_the_values_of_headers()
    {
        var config = Loading.Config(Rest + "limits: { l: { inputTokens: 5, per: hour, by: [ip, \"header:x-t\"], match: { headers: { x-secret: hidden } } } }");
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ConfigDump.Write(json, config);
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        text.ShouldContain("\"limits\":{\"l\":{\"inputTokens\":5,\"per\":\"hour\",\"window\":\"fixed\",\"by\":[\"ip\",\"header:x-t\"],\"match\":{\"headers\":[\"x-secret\"]},\"store\":\"local\"}},\"reserve\":{\"output\":1024}");
        text.ShouldNotContain("hidden");
    }
}
