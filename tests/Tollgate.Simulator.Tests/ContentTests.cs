using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Tests;

public sealed class ContentTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("gate", 1)]
    [InlineData("Who goes there?", 4)]
    [InlineData("  two words  ", 2)]
    [InlineData("it's 3.5 km", 7)]
    [InlineData("🚲🚲", 2)]
    [InlineData("a\n\nb", 2)]
    public void A_word_or_a_mark_is_a_token(string text, int tokens)
    {
        TokenText.Count(text).ShouldBe(tokens);
        TokenText.Split(text).Count.ShouldBe(tokens);
        string.Concat(TokenText.Split(text)).ShouldBe(text);
    }

    [Theory]
    [InlineData("""{"type":"string"}""", "\"word\"")]
    [InlineData("""{"type":["null","integer"],"minimum":3}""", "3")]
    [InlineData("""{"type":"INTEGER","maximum":"-2"}""", "-2")]
    [InlineData("""{"type":"number","exclusiveMinimum":2}""", "3")]
    [InlineData("""{"type":"integer","multipleOf":5}""", "5")]
    [InlineData("""{"enum":["b","a"]}""", "\"b\"")]
    [InlineData("""{"const":7}""", "7")]
    [InlineData("""{"type":"boolean","default":false}""", "false")]
    [InlineData("""{"type":"string","maxLength":2}""", "\"wo\"")]
    [InlineData("""{"type":"string","minLength":6}""", "\"wordxx\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2025-06-01\"")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"boolean"}]}""", "true")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2}""", "[1,1]")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"},{"type":"boolean"}]}""", """["word",true]""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["b"]}""", """{"b":1}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}}}""", """{"a":1}""")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{"const":2}},"required":["b"]}]}""", """{"a":1,"b":2}""")]
    [InlineData("""{"$defs":{"x":{"type":"object","properties":{"n":{"$ref":"#/$defs/y"}},"required":["n"]},"y":{"const":4}},"$ref":"#/$defs/x"}""", """{"n":4}""")]
    public void An_instance_satisfies_its_schema(string schema, string instance) =>
        JsonText.Write(SchemaInstance.Make(JsonNode.Parse(schema), "word")).ShouldBe(instance);

    [Fact]
    public void A_schema_that_names_itself_comes_to_an_end()
    {
        var schema = JsonNode.Parse("""{"type":"object","properties":{"next":{"$ref":"#"}},"required":["next"]}""");
        JsonText.Write(SchemaInstance.Make(schema, "word")).ShouldStartWith("""{"next":{"next":""");
    }

    [Fact]
    public void A_schema_that_asks_for_too_much_gets_less()
    {
        var schema = JsonNode.Parse("""{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"},"d":{"$ref":"#"},"e":{"type":"array","minItems":999999999}},"required":["a","b","c","d","e"]}""");
        JsonText.Bytes(SchemaInstance.Make(schema, "word")).Length.ShouldBeLessThan(20_000_000);
    }

    [Fact]
    public void The_same_prompt_gets_the_same_answer_and_another_gets_another()
    {
        Author.Write(Prompt("one")).Text.ShouldBe(Author.Write(Prompt("one")).Text);
        Author.Write(Prompt("one")).Text.ShouldNotBe(Author.Write(Prompt("two")).Text);
        Author.Write(Prompt("one"), 0).Text.ShouldNotBe(Author.Write(Prompt("one"), 1).Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_limit_of_tokens_is_kept(int limit)
    {
        var answer = Author.Write(Prompt("one") with { MaxTokens = limit });
        answer.Tokens.ShouldBe(limit);
        answer.Ending.ShouldBe(Ending.Length);
    }

    [Fact]
    public void A_limit_counts_thoughts_too()
    {
        var answer = Author.Write(Prompt("one") with { Thinks = true, MaxTokens = 5 });
        answer.ThinkingTokens.ShouldBe(5);
        answer.Pieces.ShouldBeEmpty();
    }

    [Fact]
    public void The_earliest_stop_sequence_ends_the_text_before_it()
    {
        var answer = Author.Write(Prompt("one two three") with { Stops = ["three", "two"] });
        answer.Text.ShouldBe("You said: \"one ");
        (answer.Ending, answer.StopSequence).ShouldBe((Ending.StopSequence, "two"));
    }

    [Theory]
    [InlineData("lift and ring", "lift,ring")]
    [InlineData("please ring", "ring")]
    [InlineData("hello", "lift")]
    public void Tools_that_are_named_are_called_or_else_the_first(string text, string calls) =>
        string.Join(',', Author.Write(Tooled(text)).Calls.Select(c => c.Name)).ShouldBe(calls);

    [Fact]
    public void One_call_at_a_time_when_parallel_calls_are_off() =>
        Author.Write(Tooled("lift and ring") with { ParallelCalls = false }).Calls.Length.ShouldBe(1);

    [Fact]
    public void No_tool_is_called_when_none_is_wanted_or_one_has_answered()
    {
        Author.Write(Tooled("lift") with { Demand = ToolDemand.None }).Calls.ShouldBeEmpty();
        var after = Author.Write(Tooled("lift") with { ToolResult = "it is up" });
        after.Calls.ShouldBeEmpty();
        after.Text.ShouldContain("it is up");
    }

    [Fact]
    public void A_demanded_tool_is_called_whatever_was_said() =>
        Author.Write(Tooled("lift") with { Demand = ToolDemand.Named, DemandedTool = "ring", ToolResult = "x" }).Calls.Single().Name.ShouldBe("ring");

    private static Prompt Prompt(string text) => new() { Model = "m", AllText = text, Tokens = TokenText.Count(text), LastUserText = text };

    private static Prompt Tooled(string text) => Prompt(text) with { Tools = [new ToolOffer("lift", null), new ToolOffer("ring", null)] };
}
