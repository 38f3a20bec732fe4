using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Routing.LoadBalancing;

/// <summary>Least-cost with the prices that the gateway knows: whom a request goes to.</summary>
public sealed class LeastCostTests
{
    private const string Answer = """{"id":"a","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""";

    [Theory]
    [InlineData("one", "gpt-4o-mini", "two", "gpt-4o")]
    [InlineData("one", "gpt-4o", "two", "gpt-4o-mini")]
    public async Task Public_prices_are_known_without_a_word(string first, string ofFirst, string second, string ofSecond)
    {
        await using var rig = await Rig.StartAsync($"m: {{ backends: [{{ provider: {first}, model: {ofFirst} }}, {{ provider: {second}, model: {ofSecond} }}], balance: least-cost }}");
        (await rig.AskAsync("m")).ShouldBe(ofFirst == "gpt-4o-mini" ? first : second);
    }

    [Fact]
    public async Task The_operators_prices_come_before_the_public_ones_and_a_backends_own_before_both()
    {
        const string Prices = "prices: { two: { gpt-4o: { input: 0.01, output: 0.01 } } }";
        await using var rig = await Rig.StartAsync(
            """
            m: { backends: [{ provider: one, model: gpt-4o-mini }, { provider: two, model: gpt-4o }], balance: least-cost }
              n: { backends: [{ provider: one, model: gpt-4o-mini }, { provider: two, model: gpt-4o, cost: { input: 9, output: 9 } }], balance: least-cost }
            """,
            Prices);
        (await rig.AskAsync("m")).ShouldBe("two");
        (await rig.AskAsync("n")).ShouldBe("one");
    }

    [Theory]
    [InlineData("least-cost", "one")] // 3000 × 1 + 1000 × 2 < 3000 × 0.1 + 1000 × 9
    [InlineData("{ least-cost: { input: 20000, output: 500 } }", "two")]
    [InlineData("{ least-cost: { input: 20000, output: 500, cachedInput: 19000 } }", "one")] // a cache has it for a tenth
    public async Task Who_is_cheapest_depends_on_the_request_that_is_expected(string balance, string cheapest)
    {
        const string Prices = "prices: { one: { x: { input: 1, cachedInput: 0.01, output: 2 } }, two: { x: { input: 0.1, output: 9 } } }";
        await using var rig = await Rig.StartAsync($"m: {{ backends: [{{ provider: one, model: x }}, {{ provider: two, model: x }}], balance: {balance} }}", Prices);
        (await rig.AskAsync("m")).ShouldBe(cheapest);
    }

    [Fact]
    public async Task Behind_a_glob_it_is_the_price_of_what_is_asked_for()
    {
        const string Prices = "prices: { one: { a-1: { input: 1, output: 1 }, a-2: { input: 5, output: 5 } }, two: { \"a-*\": { input: 3, output: 3 } } }";
        await using var rig = await Rig.StartAsync("\"a-*\": { backends: [one, two], balance: least-cost }", Prices);
        (await rig.AskAsync("a-1")).ShouldBe("one");
        (await rig.AskAsync("a-2")).ShouldBe("two");
        (await rig.AskAsync("a-3")).ShouldBe("two"); // what one asks for it is not known
    }

    [Fact]
    public async Task Who_has_no_known_price_is_asked_when_the_others_fail()
    {
        await using var rig = await Rig.StartAsync("m: { backends: [{ provider: one, model: nobody-knows }, { provider: two, model: gpt-4o, cost: { input: 900, output: 900 } }], balance: least-cost }");
        (await rig.AskAsync("m")).ShouldBe("two");
    }

    private sealed class Rig(ScriptedProvider one, ScriptedProvider two, TestGateway gateway) : IAsyncDisposable
    {
        public static async Task<Rig> StartAsync(string models, string more = "")
        {
            var (one, two) = (new ScriptedProvider(c => c.AnswerAsync(200, Answer)), new ScriptedProvider(c => c.AnswerAsync(200, Answer)));
            return new Rig(one, two, await TestGateway.StartAsync($$"""
                providers:
                  one: { kind: openai, url: {{one.Url}}/v1, key: k }
                  two: { kind: openai, url: {{two.Url}}/v1, key: k }
                models:
                  {{models}}
                {{more}}
                """));
        }

        /// <summary>Asks ten times, and says who answered all of them.</summary>
        public async Task<string> AskAsync(string model)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < 10; i++)
            {
                var (status, body, response) = await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""");
                status.ShouldBe(200, body);
                seen.Add(response.Headers.GetValues("x-tollgate-provider").Single());
            }

            return seen.ShouldHaveSingleItem();
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await one.DisposeAsync();
            await two.DisposeAsync();
        }
    }
}
