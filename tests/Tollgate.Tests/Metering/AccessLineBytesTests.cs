using System.Buffers.Text;
using System.Text;
using Tollgate.Metering;
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
        for (var i = 0; i < 1000; i++) ShouldBeTheSame(records.Next(), bodies: i % 2 == 0, $"record {i} of seed {seed}");
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
