using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

/// <summary>JsonHead against Utf8JsonReader: they must agree on every body, valid or broken.</summary>
public sealed class JsonHeadDifferentialTests
{
    private static readonly JsonNames Names = new("m0", "m1", "m2", "m3", "m4", "m5");

    [Fact]
    public void Finds_every_member_of_random_objects_where_it_stands() => Check(seed =>
    {
        var (expected, text) = new RandomJson(seed).Object();
        var body = Encoding.UTF8.GetBytes(text);
        var members = new JsonMember[Names.Count];
        JsonHead.TryRead(body, Names, members, out var fault).ShouldBeTrue(fault.Describe(body) + text);

        var previousEnd = body.AsSpan().IndexOf((byte)'{') + 1;
        for (var i = 0; i < members.Length; i++)
        {
            members[i].Exists.ShouldBe(i < expected.Count);
            if (i >= expected.Count) continue;
            var member = members[i];
            member.Ordinal.ShouldBe(i);
            Encoding.UTF8.GetString(body[member.NameStart..]).ShouldStartWith(expected[i].RawName, Case.Sensitive);
            Encoding.UTF8.GetString(member.Value(body)).ShouldBe(expected[i].RawValue);
            member.PreviousEnd.ShouldBe(previousEnd);
            member.NextStart.ShouldBe(i + 1 < expected.Count ? members[i + 1].NameStart : -1);
            previousEnd = member.ValueEnd;
        }
    });

    [Fact]
    public void Accepts_and_refuses_what_the_framework_s_reader_does() => Check(seed =>
    {
        var random = new RandomJson(seed);
        var body = random.Mutate(Encoding.UTF8.GetBytes(random.Object().Text));
        var accepted = JsonHead.TryRead(body, Names, new JsonMember[Names.Count], out var fault);
        fault.Problem.ShouldBe(accepted ? JsonProblem.None : fault.Problem);
        fault.Offset.ShouldBeInRange(0, body.Length);
        fault.Describe(body).ShouldNotBeEmpty();
        if (fault.Problem == JsonProblem.DuplicateName) return;
        accepted.ShouldBe(ReaderAccepts(body), $"{fault.Describe(body)}\n{Encoding.Latin1.GetString(body)}");
    });

    [Fact]
    public void Finds_names_whatever_the_mutation_left_of_them() => Check(seed =>
    {
        var random = new RandomJson(seed);
        var body = random.Mutate(Encoding.UTF8.GetBytes(random.Object().Text));
        var members = new JsonMember[Names.Count];
        if (!JsonHead.TryRead(body, Names, members, out _)) return;
        using var document = JsonDocument.Parse(body);
        for (var i = 0; i < Names.Count; i++)
        {
            members[i].Exists.ShouldBe(document.RootElement.TryGetProperty(Names[i], out var value));
            if (members[i].Exists) Encoding.UTF8.GetString(members[i].Value(body)).ShouldBe(value.GetRawText());
        }
    });

    [Fact]
    public void Unescapes_strings_as_the_framework_s_reader_does() => Check(seed =>
    {
        var raw = Encoding.UTF8.GetBytes(new RandomJson(seed).Value(5));
        var read = JsonHead.TryGetString(raw, out var value);
        using var document = JsonDocument.Parse(raw);
        string? expected = null;
        try
        {
            if (document.RootElement.ValueKind == JsonValueKind.String) expected = document.RootElement.GetString();
        }
        catch (InvalidOperationException)
        {
            // Its way to say that a surrogate has no partner.
        }

        value.ShouldBe(expected);
        read.ShouldBe(expected is not null);
    });

    private static bool ReaderAccepts(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonHead.MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
            }

            return Utf8.IsValid(body);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Check(Action<int> property) =>
        FsCheck.Fluent.Prop.ForAll(ArbMap.Default.ArbFor<int>(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(1_000_000));
}
