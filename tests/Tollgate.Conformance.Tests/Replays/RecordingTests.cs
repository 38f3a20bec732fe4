using System.Text;

namespace Tollgate.Conformance.Tests.Replays;

/// <summary>The relay, measured against what real providers were asked and what they said.</summary>
public sealed class RecordingTests
{
    private const string Usage = """{"prompt_tokens":41,"completion_tokens":17,"total_tokens":58,"prompt_tokens_details":{"cached_tokens":5}}""";

    public static TheoryData<string> Own => Rows(RecordingShelf.Own, _ => true);

    public static TheoryData<string> OwnStreams => Rows(RecordingShelf.Own, r => r.IsStream);

    public static TheoryData<string> OwnWithoutUsage => Rows(RecordingShelf.Own, r => r.LacksUsageRequest);

    public static TheoryData<string> Beside => Rows(RecordingShelf.Beside, _ => true);

    public static TheoryData<string> BesideStreams => Rows(RecordingShelf.Beside, r => r.IsStream);

    public static TheoryData<string> BesideWithoutUsage => Rows(RecordingShelf.Beside, r => r.LacksUsageRequest);

    [Theory]
    [MemberData(nameof(Own))]
    public Task Relays_an_exchange_of_the_repository_byte_for_byte(string name) => RelaysAsync(RecordingShelf.Read(RecordingShelf.Own, name));

    [Theory]
    [MemberData(nameof(Beside))]
    public Task Relays_a_recorded_exchange_byte_for_byte(string name) => RelaysAsync(FromBeside(name));

    [Theory]
    [MemberData(nameof(OwnStreams))]
    public Task Relays_a_stream_of_the_repository_however_it_is_cut(string name) => RelaysCutAsync(RecordingShelf.Read(RecordingShelf.Own, name));

    [Theory]
    [MemberData(nameof(BesideStreams))]
    public Task Relays_a_recorded_stream_however_it_is_cut(string name) => RelaysCutAsync(FromBeside(name));

    [Theory]
    [MemberData(nameof(OwnWithoutUsage))]
    public Task Keeps_usage_that_only_the_gateway_asked_for_to_itself(string name) => WithholdsAsync(RecordingShelf.Read(RecordingShelf.Own, name));

    [Theory]
    [MemberData(nameof(BesideWithoutUsage))]
    public Task Keeps_usage_out_of_recorded_streams_whose_caller_did_not_ask(string name) => WithholdsAsync(FromBeside(name));

    [Fact]
    public async Task Anthropic_exchanges_are_the_same_below_either_prefix()
    {
        var recording = RecordingShelf.Read(RecordingShelf.Own, "anthropic-stream");
        await using var replay = await Replay.StartAsync(recording);
        var (response, body) = await replay.SendAsync("/anthropic");
        replay.ProviderSawTheRecordedRequest();
        replay.ClientGotTheRecordedHeaders(response);
        body.ShouldBe(recording.ResponseBody);
    }

    [Fact]
    public void The_repository_has_an_exchange_of_every_kind()
    {
        var recordings = RecordingShelf.Names(RecordingShelf.Own).Select(n => RecordingShelf.Read(RecordingShelf.Own, n)).ToList();
        recordings.Count.ShouldBeGreaterThanOrEqualTo(8);
        recordings.ShouldContain(r => r.IsAnthropic && r.IsStream);
        recordings.ShouldContain(r => r.LacksUsageRequest);
        recordings.ShouldContain(r => r.Status >= 400);
    }

    private static async Task RelaysAsync(Recording recording)
    {
        await using var replay = await Replay.StartAsync(recording);
        var (response, body) = await replay.SendAsync();
        replay.ProviderSawTheRecordedRequest();
        replay.ClientGotTheRecordedHeaders(response);
        body.ShouldBe(recording.ResponseBody);
        (await replay.LoggedUsageAsync()).ShouldBe(RecordedUsage.Of(recording));
    }

    private static async Task RelaysCutAsync(Recording recording)
    {
        foreach (var size in (int[])[1, 7, 64, 1000])
        {
            await using var replay = await Replay.StartAsync(recording, size);
            var (_, body) = await replay.SendAsync();
            Encoding.UTF8.GetString(body).ShouldBe(Encoding.UTF8.GetString(recording.ResponseBody), $"cut every {size} bytes");
            (await replay.LoggedUsageAsync()).ShouldBe(RecordedUsage.Of(recording), $"cut every {size} bytes");
        }
    }

    private static async Task WithholdsAsync(Recording recording)
    {
        var asked = recording.WithUsageChunk(Usage);
        foreach (var size in (int[])[int.MaxValue, 11])
        {
            await using var replay = await Replay.StartAsync(asked, size);
            var (_, body) = await replay.SendAsync();
            Encoding.UTF8.GetString(body).ShouldBe(Encoding.UTF8.GetString(recording.ResponseBody));
            (await replay.LoggedUsageAsync()).ShouldBe(new Dictionary<string, double> { ["cached_input_tokens"] = 5, ["input_tokens"] = 41, ["output_tokens"] = 17 });
        }
    }

    // Where there are none, one row says so, so that the run shows a skipped test and not an error.
    private static TheoryData<string> Rows(string folder, Func<Recording, bool> wanted) =>
        RecordingShelf.Names(folder).Where(n => wanted(RecordingShelf.Read(folder, n))).ToArray() is { Length: > 0 } names ? [.. names] : [""];

    private static Recording FromBeside(string name)
    {
        if (name.Length == 0) Assert.Skip("recordings are not beside the checkout: ../shared/data/openai-recordings");
        return RecordingShelf.Read(RecordingShelf.Beside, name);
    }
}
