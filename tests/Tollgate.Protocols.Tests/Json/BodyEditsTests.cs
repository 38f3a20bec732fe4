using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

public sealed class BodyEditsTests
{
    private static readonly JsonNames Names = new("m0", "m1", "m2", "m3", "m4", "m5");

    [Fact]
    public void Every_mix_of_edits_leaves_a_valid_object_whose_other_members_are_untouched() =>
        FsCheck.Fluent.Prop.ForAll(ArbMap.Default.ArbFor<int>(), (Action<int>)MixOfEdits)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithEndSize(1_000_000));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_subset_can_be_removed_with_and_without_a_member_put_in_front(int count)
    {
        var text = "\n{ " + string.Join(" ,\t", Enumerable.Range(0, count).Select(i => $"\"m{i}\" : [{i}, {{ }}]")) + " }\r\n";
        for (var subset = 0; subset < 1 << count; subset++)
        {
            for (var prepended = 0; prepended < 3; prepended++)
            {
                var edits = new BodyEdits();
                var members = Read(text);
                for (var i = count - 1; i >= 0; i--)
                {
                    if ((subset >> i & 1) != 0) edits.Remove(members[i]);
                }

                for (var i = 0; i < prepended; i++) edits.Prepend(Bytes($"\"p{i}\":{i}"));
                var expected = Enumerable.Range(0, prepended).Select(i => ($"p{i}", $"{i}"))
                    .Concat(Enumerable.Range(0, count).Where(i => (subset >> i & 1) == 0).Select(i => ($"m{i}", $"[{i}, {{ }}]")));
                MembersOf(Apply(edits, text)).ShouldBe(expected.ToList());
            }
        }
    }

    [Fact]
    public void Replaces_a_value_and_keeps_every_other_byte()
    {
        const string text = """{ "seed":12345678901234567890, "m0" : "old","p":0.12345678901234567890 }""";
        var edits = new BodyEdits();
        edits.Replace(Read(text)[0], Bytes("\"new\""));
        Apply(edits, text).ShouldBe(text.Replace("old", "new", StringComparison.Ordinal));
    }

    [Fact]
    public void Random_replacements_are_what_splicing_the_text_gives() =>
        FsCheck.Fluent.Prop.ForAll(ArbMap.Default.ArbFor<int>(), (Action<int>)(seed =>
        {
            var random = new RandomJson(seed);
            var text = random.Object().Text;
            var members = Read(text);
            var edits = new BodyEdits();
            var spliced = Bytes(text);
            for (var i = members.Length - 1; i >= 0; i--)
            {
                if (!members[i].Exists || random.Chance(50)) continue;
                var value = Bytes(random.Value(1));
                edits.Replace(members[i], value);
                spliced = [.. spliced[..members[i].ValueStart], .. value, .. spliced[members[i].ValueEnd..]];
            }

            Apply(edits, text).ShouldBe(Encoding.UTF8.GetString(spliced));
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(1_000_000));

    [Fact]
    public void Inserts_inside_a_nested_object_in_the_order_of_the_calls()
    {
        const string text = """{"m0":{"x":1}}""";
        var edits = new BodyEdits();
        var at = Read(text)[0].ValueStart + 1;
        edits.Replace(at, at + 5, Bytes("\"y\":2"));
        edits.Replace(at, at, Bytes("\"a\":1,"));
        edits.Replace(at, at, Bytes("\"b\":2,"));
        Apply(edits, text).ShouldBe("""{"m0":{"a":1,"b":2,"y":2}}""");
    }

    [Fact]
    public void The_last_word_about_a_member_counts()
    {
        const string text = """{"m0":1,"m1":2}""";
        var members = Read(text);
        var edits = new BodyEdits();
        edits.Replace(members[0], Bytes("3"));
        edits.Replace(members[0], Bytes("4"));
        Apply(edits, text).ShouldBe("""{"m0":4,"m1":2}""");
        edits.Remove(members[0]);
        edits.Remove(members[0]);
        Apply(edits, text).ShouldBe("""{"m1":2}""");
        edits.Replace(members[0], Bytes("5"));
        Apply(edits, text).ShouldBe("""{"m0":5,"m1":2}""");
    }

    [Fact]
    public void A_new_value_swallows_edits_inside_the_old_one()
    {
        const string text = """{"m0":{"x":1}}""";
        var member = Read(text)[0];
        var edits = new BodyEdits();
        edits.Replace(member.ValueStart + 1, member.ValueStart + 1, Bytes("\"y\":2,"));
        edits.Replace(member, Bytes("null"));
        Apply(edits, text).ShouldBe("""{"m0":null}""");
        Should.Throw<InvalidOperationException>(() => edits.Replace(member.ValueStart + 1, member.ValueStart + 2, default));
    }

    [Fact]
    public void Keeps_a_byte_order_mark_in_front()
    {
        const string text = "\uFEFF{}";
        var edits = new BodyEdits();
        edits.Prepend(Bytes("\"a\":1"));
        Apply(edits, text).ShouldBe("\uFEFF{\"a\":1 }");
    }

    [Fact]
    public void Is_empty_again_after_a_reset()
    {
        const string text = """{"m0":1}""";
        var edits = new BodyEdits();
        edits.IsEmpty.ShouldBeTrue();
        edits.Prepend(Bytes("\"a\":1"));
        edits.IsEmpty.ShouldBeFalse();
        edits.Remove(Read(text)[0]);
        edits.Replace(1, 2, default);
        edits.Reset();
        edits.IsEmpty.ShouldBeTrue();
        Apply(edits, text).ShouldBe(text);
    }

    [Fact]
    public void Refuses_a_member_that_does_not_exist()
    {
        Should.Throw<ArgumentException>(() => new BodyEdits().Remove(default));
        Should.Throw<ArgumentException>(() => new BodyEdits().Replace(default, Bytes("1")));
    }

    [Fact]
    public void Editing_allocates_nothing_once_warm()
    {
        const string text = """{"m0":1,"m1":{"x":1},"m2":3}""";
        var body = Bytes(text);
        var members = Read(text);
        var edits = new BodyEdits();
        var destination = new byte[100];
        var value = Bytes("\"v\"");
        var prepended = Bytes("\"a\":1");

        void Edit()
        {
            edits.Reset();
            edits.Replace(members[0], value);
            edits.Replace(members[1].ValueStart + 1, members[1].ValueStart + 1, prepended);
            edits.Remove(members[2]);
            edits.Prepend(prepended);
            edits.Apply(body, destination.AsSpan(0, edits.GetLength(body.Length)));
        }

        Allocations.Of(Edit).ShouldBe(0);
    }

    private static void MixOfEdits(int seed)
    {
        var random = new RandomJson(seed);
        var (expected, text) = random.Object();
        var members = Read(text);
        var edits = new BodyEdits();
        var model = new List<(string Name, string Value)>();
        foreach (var i in Enumerable.Range(0, expected.Count).OrderBy(_ => random.Next(100)).ToList())
        {
            if (random.Chance(30) && expected[i].RawValue[0] is '{' or '[')
            {
                // An edit inside the value, which goes with the member if that is removed.
                edits.Replace(members[i].ValueStart + 1, members[i].ValueStart + 1, Bytes("\n"));
                expected[i] = (expected[i].RawName, expected[i].RawValue.Insert(1, "\n"));
            }

            if (random.Chance(40)) edits.Remove(members[i]);
            else if (random.Chance(40))
            {
                expected[i] = (expected[i].RawName, random.Value(1));
                edits.Replace(members[i], Bytes(expected[i].RawValue));
                model.Add(($"m{i}", expected[i].RawValue));
            }
            else model.Add(($"m{i}", expected[i].RawValue));
        }

        model.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 0; random.Chance(40); i++)
        {
            edits.Prepend(Bytes($"\"p{i}\":{i}"));
            model.Insert(i, ($"p{i}", $"{i}"));
        }

        MembersOf(Apply(edits, text)).ShouldBe(model, $"seed {seed}: {text}");
    }

    private static List<(string Name, string Value)> MembersOf(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateObject().Select(member => (member.Name, member.Value.GetRawText()))];
    }

    private static string Apply(BodyEdits edits, string text)
    {
        var body = Bytes(text);
        var edited = new byte[edits.GetLength(body.Length)];
        edits.Apply(body, edited);
        return Encoding.UTF8.GetString(edited);
    }

    private static JsonMember[] Read(string text)
    {
        var members = new JsonMember[Names.Count];
        JsonHead.TryRead(Bytes(text), Names, members, out var fault).ShouldBeTrue(fault.Describe(Bytes(text)) + text);
        return members;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
