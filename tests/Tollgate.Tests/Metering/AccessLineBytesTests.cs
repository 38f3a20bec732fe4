using System.Buffers.Text;
using System.Text;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Protocols.Tests;

namespace Tollgate.Tests.Metering;

/// <summary>The line's own writing against the framework's.</summary>
public sealed class AccessLineBytesTests : IDisposable
{
    private readonly AccessLogLine _line = new();
    private readonly ReferenceLine _reference = new();

    public void Dispose()
    {
        _line.Dispose();
        _reference.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    [InlineData(987654321)]
    public void Any_record_makes_the_bytes_that_the_frameworks_writer_makes(int seed)
    {
        var records = new RandomRecords(seed);
        for (var i = 0; i < 1000; i++)
        {
            var record = records.Next();
            ShouldBeTheSame(record, bodies: i % 2 == 0, $"record {i} of seed {seed}");
            ShouldBeTheSame(record, bodies: false, $"record {i} of seed {seed} once more");
        }
    }

    public static TheoryData<Action<RequestRecord>> Ways => new(
        r => r.Method = "PUT",
        r => r.Path = "/v1/chat/completions/",
        r => r.Operation = Operations.Completions,
        r => r.Operation = null,
        r => r.Route = "gpt-?",
        r => r.Route = null,
        r => r.Provider = "openaj",
        r => r.AskedModel = "gqt-4o", // of the same length, and with the same ends
        r => r.ServedModel = "gpt-4o-2024-08-07",
        r => r.ResponseModel = null,
        r => r.ResponseModel = new string('m', RouteText.MaxBytes));

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_is_kept_of_the_way_of_one_request_is_not_told_of_another(Action<RequestRecord> change)
    {
        var changed = AccessLogLineTests.FullRecord();
        change(changed);
        for (var i = 0; i < 3; i++)
        {
            ShouldBeTheSame(AccessLogLineTests.FullRecord(), bodies: false, "as it was");
            ShouldBeTheSame(changed, bodies: false, "changed");
            ShouldBeTheSame(changed, bodies: false, "changed, once more");
        }
    }

    [Fact]
    public void Every_character_is_written_as_the_framework_writes_it()
    {
        for (var c = 0; c <= char.MaxValue; c++) ShouldBeTheSame(new RequestRecord { Method = $"{(char)c}", Path = $"a{(char)c}b" }, bodies: false, $"U+{c:X4}");
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    public void A_character_to_escape_is_found_at_any_place(int length)
    {
        for (var at = 0; at < Math.Min(length, 70); at++)
        {
            var text = new string('m', length).ToCharArray();
            text[at] = '"';
            ShouldBeTheSame(new RequestRecord { AskedModel = new string(text) }, bodies: false, $"at {at} of {length}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public void Amounts_have_the_digits_that_the_framework_gives_them(int seed)
    {
        var records = new RandomRecords(seed);
        Span<byte> text = stackalloc byte[48];
        Span<byte> expected = stackalloc byte[48];
        for (var i = 0; i < 20_000; i++)
        {
            if (records.Dollars() is not { } amount) continue;
            Utf8Formatter.TryFormat(amount, expected, out var length);
            if (!text[..DecimalText.Write(amount, text)].SequenceEqual(expected[..length])) Encoding.ASCII.GetString(text).ShouldBe(Encoding.ASCII.GetString(expected));
        }
    }

    [Fact]
    public void A_line_of_plain_texts_allocates_nothing()
    {
        var record = AccessLogLineTests.FullRecord();
        _line.Render(record, bodies: false);
        Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++) _line.Render(record, bodies: false);
        }).ShouldBeLessThan(1000);
    }

    [Fact]
    public void A_line_that_has_grown_large_is_not_kept()
    {
        _line.IsWorthKeeping.ShouldBeTrue();
        _line.Render(new RequestRecord { RequestBody = new byte[AccessLogLine.MaxBodyBytes] }, bodies: true);
        _line.IsWorthKeeping.ShouldBeFalse();
    }

    private void ShouldBeTheSame(RequestRecord record, bool bodies, string what)
    {
        _line.Render(record, bodies);
        _reference.Render(record, bodies);
        if (_line.Written.SequenceEqual(_reference.Written)) return;
        Encoding.UTF8.GetString(_line.Written).ShouldBe(Encoding.UTF8.GetString(_reference.Written), what);
    }
}
