using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Tests;
using Tollgate.Configuration;
using Tollgate.Metering;

namespace Tollgate.Tests.Metering;

public sealed class AccessLogTests
{
    private long dropped;

    [Fact]
    public async Task Keeps_every_line_of_many_threads_whole_until_it_is_disposed()
    {
        using var sink = new MemoryStream();
        var log = new AccessLog(sink, new AccessLogConfig(), TimeProvider.System, Dropped);
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 500; i++) log.Write(Record($"{thread}-{i}"));
        });
        await log.DisposeAsync();

        var ids = Lines(sink.ToArray()).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("request_id").GetString()).ToHashSet();
        ids.Count.ShouldBe(2000);
        dropped.ShouldBe(0);
    }

    [Fact]
    public async Task Drops_and_counts_lines_when_the_sink_is_stuck_and_never_waits_for_it()
    {
        using var sink = new GatedSink();
        await using var log = new AccessLog(sink, new AccessLogConfig(), TimeProvider.System, Dropped, capacity: 4096);
        log.Write(Record("first"));
        await sink.Entered;
        for (var i = 0; i < 1000; i++) log.Write(Record($"id{i}"));

        var lost = dropped;
        lost.ShouldBeInRange(900, 999);
        sink.Open();
        await log.FlushAsync();
        Lines(sink.Writes.SelectMany(write => write).ToArray()).Length.ShouldBe(1001 - (int)lost);
    }

    [Fact]
    public async Task Hands_over_lines_that_came_meanwhile_in_one_write()
    {
        using var sink = new GatedSink();
        await using var log = new AccessLog(sink, new AccessLogConfig(), TimeProvider.System);
        log.Write(Record("first"));
        await sink.Entered;
        for (var i = 0; i < 50; i++) log.Write(Record($"id{i}"));
        sink.Open();
        await log.FlushAsync();

        sink.Writes.Select(write => Lines(write).Length).ShouldBe([1, 50]);
    }

    [Fact]
    public async Task Gathers_the_lines_of_a_busy_gateway_in_few_writes_and_the_first_goes_out_at_once()
    {
        using var sink = new GatedSink();
        await using var log = new AccessLog(sink, new AccessLogConfig(), TimeProvider.System);
        sink.Open();
        log.Write(Record("first"));
        await sink.Entered; // without a flush
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            log.Write(Record($"id{i}"));
            await Task.Yield();
        }

        await log.FlushAsync();

        // One write for each 20 ms that have passed, the first line's, and the last one's. Timers may be early by a tick of the system, 4 ms.
        sink.Writes.Count.ShouldBeLessThanOrEqualTo(3 + (int)(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds / 15));
        sink.Writes.Sum(write => Lines(write).Length).ShouldBe(201);
    }

    [Fact]
    public async Task Goes_on_after_the_sink_failed_and_counts_what_was_lost()
    {
        using var sink = new GatedSink { Failure = new IOException("broken pipe") };
        await using var log = new AccessLog(sink, new AccessLogConfig(), TimeProvider.System, Dropped);
        sink.Open();
        log.Write(Record("lost"));
        await log.FlushAsync();
        log.Write(Record("kept"));
        await log.FlushAsync();

        dropped.ShouldBe(1);
        Encoding.UTF8.GetString(sink.Writes.ShouldHaveSingleItem()).ShouldContain("\"kept\"");
    }

    [Fact]
    public async Task Stops_without_its_last_lines_when_the_sink_stays_stuck()
    {
        using var sink = new GatedSink();
        var time = new ManualTime();
        var log = new AccessLog(sink, new AccessLogConfig(), time, Dropped);
        log.Write(Record("in flight"));
        await sink.Entered;
        var flushInFlight = log.FlushAsync();
        log.Write(Record("waiting"));
        var flush = log.FlushAsync();
        var stopping = log.DisposeAsync().AsTask();
        stopping.IsCompleted.ShouldBeFalse();

        await time.RingAsync();
        await stopping;
        await flush;
        await flushInFlight;
        dropped.ShouldBe(2);
    }

    [Fact]
    public async Task Counts_lines_that_come_after_it_was_disposed()
    {
        using var sink = new MemoryStream();
        var log = new AccessLog(sink, new AccessLogConfig(), TimeProvider.System, Dropped);
        await log.DisposeAsync();
        log.Write(Record("late"));
        await log.DisposeAsync();

        dropped.ShouldBe(1);
        sink.Length.ShouldBe(0);
    }

    [Fact]
    public async Task A_flush_with_nothing_to_write_ends_at_once()
    {
        await using var log = new AccessLog(Stream.Null, new AccessLogConfig(), TimeProvider.System);
        log.FlushAsync().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Takes_a_new_configuration_with_the_next_line()
    {
        using var sink = new MemoryStream();
        var log = new AccessLog(sink, new AccessLogConfig(Enabled: false), TimeProvider.System);
        log.Write(Record("silent", body: "silent"));
        log.Configure(new AccessLogConfig());
        log.Write(Record("plain", body: "hidden"));
        log.Configure(new AccessLogConfig(Bodies: true));
        log.Write(Record("full", body: "shown"));
        await log.DisposeAsync();

        var lines = Lines(sink.ToArray());
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("plain");
        lines[0].ShouldNotContain("hidden");
        lines[1].ShouldContain("\"request_body\":\"shown\"");
    }

    [Fact]
    public async Task A_sample_leaves_out_requests_that_went_well_and_no_others()
    {
        using var sink = new MemoryStream();
        var draws = new Queue<double>([0.24, 0.25, 0.9, 0.1]);
        var log = new AccessLog(sink, new AccessLogConfig(Sample: 0.25), TimeProvider.System, chance: draws.Dequeue);
        foreach (var name in (string[])["first", "second", "third", "fourth"]) log.Write(Record(name));
        var failed = Record("failed");
        failed.ErrorCode = "provider_timeout";
        log.Write(failed);
        await log.DisposeAsync();
        var lines = Lines(sink.ToArray());
        lines.Length.ShouldBe(3);
        lines[0].ShouldContain("first");
        lines[1].ShouldContain("fourth");
        lines[2].ShouldContain("failed");
    }

    [Fact]
    public async Task Allocates_nothing_for_a_line_once_it_runs()
    {
        await using var log = new AccessLog(Stream.Null, new AccessLogConfig(Bodies: true), TimeProvider.System);
        var record = AccessLogLineTests.FullRecord();
        for (var i = 0; i < 1000; i++) log.Write(record);
        await log.FlushAsync();

        Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) log.Write(record);
        }).ShouldBeLessThan(1000);
    }

    private static string[] Lines(byte[] utf8) => Encoding.UTF8.GetString(utf8).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static RequestRecord Record(string id, string body = "") =>
        new() { RequestId = id, Method = "POST", Path = "/v1/chat/completions", Status = 200, RequestBody = Encoding.UTF8.GetBytes(body) };

    private void Dropped(int lines) => Interlocked.Add(ref dropped, lines);
}
