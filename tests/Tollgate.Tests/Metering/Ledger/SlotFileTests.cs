using Tollgate.Metering.Costs;
using Tollgate.Metering.Ledger;
using Tollgate.Protocols;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Metering.Ledger;

[Collection(nameof(LockedFiles))]
public sealed class SlotFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-slots-");

    private string File => Path.Combine(_folder.FullName, "a.slots");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_written_last_into_a_slot_is_there_for_the_next_process()
    {
        using (var file = Open())
        {
            file.Write(3, "first"u8, isSettled: false);
            file.Write(3, "second, and longer"u8, isSettled: false);
            file.Write(3, "third"u8, isSettled: true);
            file.Write(5, "under way"u8, isSettled: false);
            file.Write(6, "gone"u8, isSettled: true);
            file.Clear(6);
        }

        using var next = Open();
        next.ReadAll().Select(r => (System.Text.Encoding.UTF8.GetString(r.Record), r.IsSettled)).ShouldBe([("third", true), ("under way", false)]);
        next.ClearAll();
        next.ReadAll().ShouldBeEmpty();
    }

    [Fact]
    public void A_record_that_is_half_there_does_not_count_and_the_one_before_it_does()
    {
        using (var file = Open())
        {
            file.Write(0, "whole"u8, isSettled: false);
            file.Write(1, "damaged"u8, isSettled: true);
        }

        var bytes = System.IO.File.ReadAllBytes(File);
        var second = bytes.AsSpan(2048, 2048);
        second[2048 - 1016 - 1016 + 6] ^= 0xFF; // inside the record's first area
        var other = bytes.AsSpan(16 + 1016, 8); // the area that is not in force: a write that was broken off
        other.Fill(0xAB);
        System.IO.File.WriteAllBytes(File, bytes);

        using var next = Open();
        next.ReadAll().Select(r => System.Text.Encoding.UTF8.GetString(r.Record)).ShouldBe(["whole"]);
    }

    [Fact]
    public void Nobody_else_opens_a_file_that_is_in_use()
    {
        using var file = Open();
        SlotFile.TryOpen(File, 8).ShouldBeNull();
    }

    [Fact]
    public void A_second_gateway_gets_a_file_of_its_own_and_the_next_process_reads_all_that_are_left()
    {
        using (var first = SlotFiles.Claim(_folder.FullName, "x", 8).ShouldHaveSingleItem())
        {
            first.Write(0, "of the first"u8, isSettled: true);
            using var second = SlotFiles.Claim(_folder.FullName, "x", 8).ShouldHaveSingleItem();
            second.Path.ShouldNotBe(first.Path);
            second.Write(0, "of the second"u8, isSettled: true);
            using var foreign = SlotFiles.Claim(_folder.FullName, "another ledger", 8).ShouldHaveSingleItem();
            foreign.ReadAll().ShouldBeEmpty();
        }

        var left = SlotFiles.Claim(_folder.FullName, "x", 8);
        left.SelectMany(f => f.ReadAll()).Select(r => System.Text.Encoding.UTF8.GetString(r.Record)).ShouldBe(["of the first", "of the second"]);
        left.ForEach(f => f.Dispose());
    }

    [Fact]
    public void A_line_comes_back_as_it_was()
    {
        var line = Full();
        Span<byte> bytes = stackalloc byte[SlotFile.LargestRecord];
        var length = SlotRecord.Write(line, bytes);
        var back = SlotRecord.Read(bytes[..length].ToArray()).ShouldNotBeNull();
        (back with { Costs = line.Costs }).ShouldBe(line);
    }

    [Fact]
    public void Each_line_has_its_own_names_though_others_share_all_but_one()
    {
        var first = Full();
        UsageEntry[] lines =
        [
            first with { RequestId = "req_2" },
            first with { Operation = "x1" },
            first with { Client = "x2" },
            first with { KeyId = "x3" },
            first with { Team = "x4" },
            first with { Organization = "x5" },
            first with { Model = "x6" },
            first with { ServedModel = "x7" },
            first with { Provider = "x8" },
            first with { Error = "x9" },
        ];
        Span<byte> bytes = stackalloc byte[SlotFile.LargestRecord];
        foreach (var line in lines.SelectMany(line => (UsageEntry[])[first, line]))
        {
            bytes.Fill(0xAB);
            var back = SlotRecord.Read(bytes[..SlotRecord.Write(line, bytes)].ToArray()).ShouldNotBeNull();
            (back with { Costs = line.Costs }).ShouldBe(line);
        }
    }

    [Theory]
    [InlineData("añ€😀")]
    [InlineData("name")]
    [InlineData("a name of ASCII alone, but for its end: €")]
    public void Texts_too_long_for_a_slot_are_cut_between_two_characters(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 100));
        var line = Full() with { RequestId = text, Operation = text, Client = text, KeyId = text, Team = text, Organization = text, Model = text, ServedModel = text, Provider = text, Error = text };
        Span<byte> bytes = stackalloc byte[SlotFile.LargestRecord];
        var back = SlotRecord.Read(bytes[..SlotRecord.Write(line, bytes)].ToArray()).ShouldNotBeNull();
        foreach (var cut in new[] { back.RequestId, back.Operation, back.Client, back.Model, back.Provider, back.Error })
        {
            cut.Length.ShouldBeGreaterThan(10);
            text.ShouldStartWith(cut);
        }

        back.Usage.ShouldBe(line.Usage);
    }

    internal static UsageEntry Full() => new()
    {
        Id = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        Part = 2,
        RequestId = "req_1",
        Start = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1234),
        Duration = TimeSpan.FromMilliseconds(321),
        Operation = "chat",
        Client = "app",
        KeyId = "k1",
        Team = "team",
        Organization = "org",
        Model = "m",
        ServedModel = "m-1",
        Provider = "p",
        Status = 200,
        Error = "e",
        IsEstimated = true,
        Cost = 0.000123456789m,
        Costs = [new RequestCost("own", 4)],
        Usage = new TokenUsage
        {
            Input = 1,
            CachedInput = 2,
            CacheCreation = 3,
            CacheCreation1h = 4,
            Output = 5,
            Reasoning = 6,
            AudioInput = 7,
            AudioOutput = 8,
            ImageInput = 9,
            ImageOutput = 10,
            Images = 11,
            AudioSeconds = 12.5,
            SearchUnits = 13,
            WebSearches = 14,
            ReportedCost = 15.5m,
            ServiceTier = "flex",
        },
    };

    private SlotFile Open() => SlotFile.TryOpen(File, 8).ShouldNotBeNull();
}
