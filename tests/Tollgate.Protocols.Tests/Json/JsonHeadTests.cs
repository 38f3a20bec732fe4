using System.Text;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

public sealed class JsonHeadTests
{
    private static readonly JsonNames Names = new("model", "stream", "messages");

    [Fact]
    public void Tells_where_the_wanted_members_stand()
    {
        var body = """ { "model" : "gpt" ,"messages":[{"role":"user","model":"inner"}],"n":1, "stream":true } """u8;
        var members = new JsonMember[3];

        JsonHead.TryRead(body, Names, members, out var fault).ShouldBeTrue();

        fault.Problem.ShouldBe(JsonProblem.None);
        members[0].ShouldBe(new JsonMember(0, 3, 13, 18, 2, 20));
        Encoding.UTF8.GetString(members[2].Value(body)).ShouldBe("""[{"role":"user","model":"inner"}]""");
        JsonHead.IsTrue(members[1].Value(body)).ShouldBeTrue();
        members[1].Ordinal.ShouldBe(3);
        members[1].NextStart.ShouldBe(-1);
    }

    [Fact]
    public void Forgets_what_an_earlier_read_left_in_the_members()
    {
        var members = new JsonMember[3];
        JsonHead.TryRead("""{"model":"a","stream":true}"""u8, Names, members, out _).ShouldBeTrue();
        JsonHead.TryRead("""{"model":"b"}"""u8, Names, members, out _).ShouldBeTrue();
        members[1].Exists.ShouldBeFalse();
    }

    [Fact]
    public void Finds_an_escaped_name()
    {
        var members = new JsonMember[3];
        JsonHead.TryRead("""{"mod\u0065l":"x"}"""u8, Names, members, out _).ShouldBeTrue();
        members[0].Exists.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b"}""", "model", 13)]
    [InlineData("""{"model":"a","n":1,"mod\u0065l":"b"}""", "model", 19)]
    [InlineData("""{"mod\u0065l":"a","model":"b"}""", "model", 18)]
    [InlineData("""{"unknown":1,"unknown":2}""", "unknown", 13)]
    [InlineData("""{"\ud83d\ude00":1,"😀":2}""", "😀", 18)]
    public void Refuses_a_duplicate_name_even_when_it_is_escaped(string body, string name, int offset)
    {
        var fault = Refused(body);
        fault.Problem.ShouldBe(JsonProblem.DuplicateName);
        fault.Name.ShouldBe(name);
        fault.Offset.ShouldBe(offset);
    }

    [Fact]
    public void Lets_names_differ_that_are_half_a_surrogate_pair_each() =>
        Read("""{"\ud800":1,"\ud801":2,"\udc00":3,"�":4}""").Problem.ShouldBe(JsonProblem.None);

    [Fact]
    public void Lets_a_nested_name_come_twice() => Read("""{"a":{"b":1,"b":2}}""").Problem.ShouldBe(JsonProblem.None);

    [Fact]
    public void Lets_a_byte_order_mark_pass()
    {
        var members = new JsonMember[3];
        byte[] body = [0xEF, 0xBB, 0xBF, .. """{"model":"a"}"""u8];
        JsonHead.TryRead(body, Names, members, out _).ShouldBeTrue();
        members[0].NameStart.ShouldBe(4);
    }

    [Theory]
    [InlineData(JsonHead.MaxDepth, JsonProblem.None)]
    [InlineData(JsonHead.MaxDepth + 1, JsonProblem.TooDeep)]
    public void Allows_256_levels_and_no_more(int depth, JsonProblem problem)
    {
        Read("{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}").Problem.ShouldBe(problem);
        var objects = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        Read(objects).Problem.ShouldBe(problem);
    }

    [Fact]
    public void Remembers_which_containers_are_objects_at_every_depth()
    {
        Read("{\"a\":" + string.Concat(Enumerable.Repeat("[{\"a\":", 100)) + "1" + string.Concat(Enumerable.Repeat("}]", 100)) + "}")
            .Problem.ShouldBe(JsonProblem.None);
        Read("{\"a\":" + string.Concat(Enumerable.Repeat("[{\"a\":", 100)) + "1" + string.Concat(Enumerable.Repeat("}]", 99)) + "]}}")
            .Problem.ShouldBe(JsonProblem.Malformed);
    }

    [Theory]
    [InlineData(JsonHead.MaxMembers, JsonProblem.None)]
    [InlineData(JsonHead.MaxMembers + 1, JsonProblem.TooManyMembers)]
    public void Allows_1024_members_and_no_more(int count, JsonProblem problem) =>
        Read("{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"n{i}\":{i}")) + "}").Problem.ShouldBe(problem);

    [Fact]
    public void Finds_a_duplicate_among_a_thousand_members()
    {
        var fault = Refused("{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"n{i}\":{i}")) + ",\"n7\":1}");
        fault.Problem.ShouldBe(JsonProblem.DuplicateName);
        fault.Name.ShouldBe("n7");
    }

    [Theory]
    [InlineData("", "expected a value but found the end of the body at line 1, column 1.")]
    [InlineData("{\n  \"é\": 1,\n  \"b\": secret }", "expected a value but found a letter at line 3, column 8.")]
    [InlineData("{\"é\" 1}", "expected ':' after a member name but found a number at line 1, column 6.")]
    [InlineData("{\"a\":1,}", "expected a member name in double quotes but found '}' at line 1, column 8.")]
    [InlineData("{'a':1}", "expected a member name in double quotes or '}' but found ''' at line 1, column 2.")]
    [InlineData("{\"a\":[1,]}", "expected a value but found ']' at line 1, column 9.")]
    [InlineData("{\"a\":1 \"b\":2}", "expected ',' or '}' after a member but found a string at line 1, column 8.")]
    [InlineData("{\"a\":01}", "expected a number without a leading zero but found a number at line 1, column 7.")]
    [InlineData("{\"a\":\"x", "expected a string's closing quote but found the end of the body at line 1, column 8.")]
    [InlineData("{\"a\":\"x\ny\"}", "expected control characters in strings to be escaped but found a line break at line 1, column 8.")]
    [InlineData("{\"a\":\"\\x\"}", "expected one of \" \\ / b f n r t u after a backslash but found a letter at line 1, column 8.")]
    [InlineData("{} {}", "expected nothing more after the object but found an object at line 1, column 4.")]
    [InlineData("[{}]", "The body must be a JSON object, but an array begins it at line 1, column 1.")]
    [InlineData("{\"a\":1,\"a\":2}", "The member \"a\" comes twice; the second one is at line 1, column 8. Remove one of them.")]
    public void Describes_what_it_expected_and_found_and_where(string body, string description)
    {
        var described = Refused(body).Describe(Encoding.UTF8.GetBytes(body));
        described.ShouldEndWith(description, Case.Sensitive);
        described.ShouldNotContain("secret");
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8_and_says_where()
    {
        byte[] body = [.. "{\"a\":\"é"u8, 0xE9, .. "\"}"u8];
        JsonHead.TryRead(body, Names, new JsonMember[3], out var fault).ShouldBeFalse();
        fault.ShouldBe(new JsonFault(JsonProblem.InvalidUtf8, 8, null));
        fault.Describe(body).ShouldBe("The body is not valid UTF-8 at line 1, column 8.");
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\u00e9\\ud83d\\ude00\\n\"", "aé😀\n")]
    [InlineData("\"\\ud83d\"", null)]
    [InlineData("\"\\ude00\\ud83d\"", null)]
    [InlineData("12", null)]
    [InlineData("null", null)]
    [InlineData("\"", null)]
    [InlineData("\"a\"b\"", null)]
    [InlineData("\"a\\\"", null)]
    public void Gets_the_text_of_a_string_and_of_nothing_else(string raw, string? text)
    {
        JsonHead.TryGetString(Encoding.UTF8.GetBytes(raw), out var value).ShouldBe(text is not null);
        value.ShouldBe(text);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var content = string.Concat(Enumerable.Repeat("a line of text with \\\"quotes\\\" and é\\n", 500));
        var body = Encoding.UTF8.GetBytes("""{"model":"gpt","stream":true,"other":[1.5e3,null,{"a":{}}],"messages":[{"role":"user","content":""" + $"\"{content}\"}}]}}");
        var members = new JsonMember[3];
        JsonHead.TryRead(body, Names, members, out _).ShouldBeTrue();

        Allocations.Of(() => JsonHead.TryRead(body, Names, members, out _)).ShouldBe(0);
    }

    [Fact]
    public void Names_are_found_by_their_position_and_must_differ()
    {
        Names.IndexOf("stream").ShouldBe(1);
        Names.IndexOf("absent").ShouldBe(-1);
        Should.Throw<ArgumentException>(() => new JsonNames("a", "b", "a")).Message.ShouldContain("\"a\" is given twice");
    }

    private static JsonFault Refused(string body)
    {
        var fault = Read(body);
        fault.Problem.ShouldNotBe(JsonProblem.None);
        return fault;
    }

    private static JsonFault Read(string body)
    {
        JsonHead.TryRead(Encoding.UTF8.GetBytes(body), Names, new JsonMember[3], out var fault).ShouldBe(fault.Problem == JsonProblem.None);
        return fault;
    }
}
