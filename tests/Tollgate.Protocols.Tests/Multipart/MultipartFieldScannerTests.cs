using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Multipart;

namespace Tollgate.Protocols.Tests.Multipart;

public sealed class MultipartFieldScannerTests
{
    private const string Model = "Content-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1";
    private const string File = "Content-Disposition: form-data; name=\"file\"; filename=\"a;b.wav\"\r\nContent-Type: audio/wav\r\n\r\n";

    private static readonly Regex Delimiter = new("\r\n--B(?:--|[ \t]*\r?\n)");
    private static readonly Regex FieldName = new("name=\"?model\\b");

    [Theory]
    [InlineData("multipart/form-data; boundary=abc", "abc")]
    [InlineData("Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b;c\" ; x=y", "a b;c")]
    [InlineData("multipart/form-data; boundary=\"a\\\"b\"", "a\"b")]
    [InlineData("multipart/form-data; x=\"boundary=no\"; boundary = abc ", "abc")]
    [InlineData("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW")]
    [InlineData("multipart/form-data", null)]
    [InlineData("multipart/form-data; boundary=", null)]
    [InlineData("multipart/form-data; boundary", null)]
    [InlineData("multipart/form-data; boundary=\"x \"", null)]
    [InlineData("multipart/form-data; boundary=\"é\"", null)]
    [InlineData("multipart/form-data; boundary=a; boundary=b", null)]
    [InlineData("multipart/mixed; boundary=abc", null)]
    [InlineData("application/json", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Reads_the_boundary(string? contentType, string? boundary)
    {
        MultipartFieldScanner.TryGetBoundary(contentType, out var read).ShouldBe(boundary is not null);
        read.ShouldBe(boundary ?? "");
    }

    [Fact]
    public void Refuses_a_boundary_longer_than_anything_in_use()
    {
        MultipartFieldScanner.TryGetBoundary("multipart/form-data; boundary=" + new string('a', 128), out _).ShouldBeTrue();
        MultipartFieldScanner.TryGetBoundary("multipart/form-data; boundary=" + new string('a', 129), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--B\r\n" + Model + "\r\n--B--\r\n")]
    [InlineData("a preamble\r\n--Not\r\n\r\n--B \t\r\n" + Model + "\r\n--B--trailing\r\n--B\r\n" + Model + "\r\n--B--")]
    [InlineData("--B \n" + Model + "\r\n--B--")]
    [InlineData("--B\n" + Model + "\r\n--B--")]
    [InlineData("--B\r\n" + File + "RIFF\r\n--Bx\r\r\n--B-x\r\n--B \rx\r\n-\r\n--\r\n--B-\r\n\r\n--B\r\n" + Model + "\r\n--B--")]
    [InlineData("--B\r\n" + Model + "\r\n--B\r\n" + File + "\r\n\r\n--B--")]
    [InlineData("--B\r\n" + File + "\r\n--B--no\r\n")]
    [InlineData("--B\r\nX: 1\r\n\r\n--B\r\n" + Model + "\r\n--B--")]
    [InlineData("--B\r\n\r\nno headers\r\n--B\r\n" + Model + "\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--Bx\r\r\n--\r\n--B \tx\r\n--B\r\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n-\r\n\r\n--B--")]
    public void Sees_the_same_however_the_body_is_split(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var expected = Reference(text);
        for (var first = 0; first <= body.Length; first++)
        {
            for (var second = first; second <= body.Length; second += 7)
            {
                Check(Scan(body, first, second), expected, text);
            }
        }

        Check(Scan(body, [.. Enumerable.Range(0, body.Length)]), expected, text);
    }

    [Fact]
    public void Sees_random_bodies_of_look_alikes_as_a_naive_reading_does() =>
        FsCheck.Fluent.Prop.ForAll(ArbMap.Default.ArbFor<int>(), (Action<int>)(seed =>
        {
            string[] pieces = ["\r\n", "\r", "\n", "--", "-", "--B", "\r\n--", "\r\n--B", "x", " ", "\r\n--B\r\nX: y\r\n\r\n", "\r\n--C\r\n"];
            var random = new Random(seed);
            string Junk() => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            var text = $"--B\r\n{File}{Junk()}\r\n--B\r\nContent-Disposition: form-data; name=model\r\n\r\n{Junk()}\r\n--B--";
            var body = Encoding.UTF8.GetBytes(text);
            var cuts = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(body.Length)).Order().ToArray();
            Check(Scan(body, cuts), Reference(text), text);
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(1_000_000));

    [Theory]
    [InlineData("Content-Disposition: form-data; name=model")]
    [InlineData("CONTENT-DISPOSITION:form-data;name=\"model\"")]
    [InlineData("content-disposition: form-data; filename=\"name=x\"; Name=\"mod\\el\"")]
    [InlineData("Content-Type: text/plain; name=other\r\nContent-Disposition: form-data;\r\n name=\"model\"")]
    [InlineData("Content-Disposition: form-data; name*=UTF-8''mod%65l")]
    [InlineData("Content-Disposition: form-data; name=model; name*=utf-8'en'model")]
    [InlineData("Content-Disposition: form-data; name=model\nX: y")]
    public void Finds_the_field_by_its_disposition(string headers)
    {
        var scanner = Scan($"--B\r\n{headers}\r\n\r\nm-é\r\n--B--");
        scanner.Value.ShouldBe("m-é");
        (scanner.ValueEnd - scanner.ValueStart).ShouldBe(4);
        scanner.Malformed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"models\"")]
    [InlineData("Content-Disposition: form-data; name=\"Model\"")]
    [InlineData("Content-Disposition: form-data; filename=\"model\"")]
    [InlineData("Content-Disposition: form-data; name*=ISO-8859-1''model")]
    [InlineData("Content-Disposition: form-data; name*=model")]
    [InlineData("Content-Disposition: form-data")]
    [InlineData("X-Disposition: form-data; name=model")]
    public void Takes_no_other_field_for_it(string headers)
    {
        var scanner = Scan($"--B\r\n{headers}\r\n\r\nm\r\n--B--");
        scanner.Found.ShouldBeFalse();
        scanner.Value.ShouldBeNull();
        scanner.Malformed.ShouldBeFalse();
        scanner.Completed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("--B\r\n" + Model + "\r\n--B\r\n" + Model + "\r\n--B--")]
    [InlineData("--B\r\nno colon\r\n\r\nm\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=model; name=other\r\n\r\nm\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=model; name*=UTF-8''other\r\n\r\nm\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition: form-data; name=x\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--B--")]
    public void Refuses_what_two_readers_could_understand_differently(string text) => Scan(text).Malformed.ShouldBeTrue();

    [Fact]
    public void Keeps_the_first_value_when_a_second_one_makes_the_body_malformed()
    {
        var scanner = Scan("--B\r\n" + Model + "\r\n--B\r\n" + Model.Replace("whisper-1", "other", StringComparison.Ordinal) + "\r\n--B--");
        scanner.Value.ShouldBe("whisper-1");
        scanner.Completed.ShouldBeFalse();
    }

    [Fact]
    public void Refuses_a_value_that_is_not_utf8()
    {
        var body = Encoding.Latin1.GetBytes("--B\r\nContent-Disposition: form-data; name=model\r\n\r\né\r\n--B--");
        var scanner = Scan(body);
        scanner.Malformed.ShouldBeTrue();
        scanner.Found.ShouldBeFalse();
    }

    [Theory]
    [InlineData(16384 - 2, false)]
    [InlineData(16384 + 1, true)]
    public void Limits_the_preamble(int length, bool malformed) =>
        Scan(new string('p', length) + "\r\n--B\r\n" + Model + "\r\n--B--").Malformed.ShouldBe(malformed);

    [Theory]
    [InlineData(16384, false)]
    [InlineData(16385, true)]
    public void Limits_the_headers_of_a_part(int length, bool malformed) =>
        Scan("--B\r\nX: " + new string('h', length - 7) + "\r\n\r\nm\r\n--B--").Malformed.ShouldBe(malformed);

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    public void Limits_the_value(int length, bool malformed)
    {
        var scanner = Scan("--B\r\nContent-Disposition: form-data; name=model\r\n\r\n" + new string('v', length) + "\r\n--B--");
        scanner.Malformed.ShouldBe(malformed);
        scanner.Found.ShouldBe(!malformed);
    }

    [Theory]
    [InlineData(128, false)]
    [InlineData(129, true)]
    public void Limits_the_blanks_behind_a_boundary(int length, bool malformed) =>
        Scan("--B" + new string(' ', length) + "\n" + Model + "\r\n--B--").Malformed.ShouldBe(malformed);

    [Fact]
    public void A_body_that_breaks_off_is_neither_found_nor_completed()
    {
        var scanner = Scan("--B\r\n" + Model + "\r\n--B");
        scanner.Found.ShouldBeFalse();
        scanner.Completed.ShouldBeFalse();
        scanner.Malformed.ShouldBeFalse();
    }

    [Fact]
    public void Looks_for_another_field_when_told_to()
    {
        var scanner = new MultipartFieldScanner("B", "purpose");
        scanner.Advance(Encoding.UTF8.GetBytes("--B\r\nContent-Disposition: form-data; name=purpose\r\n\r\nbatch\r\n--B--"));
        scanner.Value.ShouldBe("batch");
    }

    [Fact]
    public void Scanning_a_file_allocates_nothing()
    {
        var scanner = Scan("--B\r\n" + File);
        var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\r\n--C some bytes of a file\r", 1000)));
        scanner.Advance(chunk);
        Allocations.Of(() => scanner.Advance(chunk)).ShouldBe(0);
    }

    /// <summary>The same reading of a whole text at once, part by part, with no thought of speed.</summary>
    private static Outcome Reference(string text)
    {
        var outcome = new Outcome(null, 0, 0, Completed: false, Malformed: false);
        var named = false;
        for (var start = 0; ;)
        {
            // 1. The end of the data that begins at start, whose line break may be the one before it.
            var delimiter = Delimiter.Match("\r\n" + text[start..]);
            if (!delimiter.Success) return outcome;
            var end = Math.Max(start, start - 2 + delimiter.Index);
            if (named) outcome = outcome with { Value = text[start..end], Start = start, End = end };
            if (delimiter.Value.EndsWith("--", StringComparison.Ordinal)) return outcome with { Completed = true };

            // 2. Header lines up to an empty one.
            var found = outcome.Value is not null;
            named = false;
            var malformed = false;
            start += delimiter.Index + delimiter.Length - 2;
            for (bool empty = false, first = true; !empty; first = false)
            {
                var lineEnd = text.IndexOf('\n', start);
                if (lineEnd < 0) return outcome;
                var line = text[start..lineEnd].TrimEnd('\r');
                start = lineEnd + 1;
                empty = line.Length == 0;
                malformed |= !empty && (first || line[0] is not (' ' or '\t')) && line.IndexOf(':', StringComparison.Ordinal) < 1;
                named |= line.StartsWith("Content-Disposition", StringComparison.Ordinal) && FieldName.IsMatch(line);
            }

            if (malformed || (named && found)) return outcome with { Malformed = true };
        }
    }

    private static void Check(MultipartFieldScanner scanner, Outcome expected, string text) =>
        new Outcome(scanner.Value, scanner.Found ? scanner.ValueStart : 0, scanner.Found ? scanner.ValueEnd : 0, scanner.Completed, scanner.Malformed)
            .ShouldBe(expected, text);

    private sealed record Outcome(string? Value, long Start, long End, bool Completed, bool Malformed);

    private static MultipartFieldScanner Scan(string text) => Scan(Encoding.UTF8.GetBytes(text));

    private static MultipartFieldScanner Scan(byte[] body, params int[] cuts)
    {
        var scanner = new MultipartFieldScanner("B");
        var start = 0;
        foreach (var cut in cuts)
        {
            scanner.Advance(body.AsSpan(start, cut - start));
            start = cut;
        }

        scanner.Advance(body.AsSpan(start));
        return scanner;
    }
}
