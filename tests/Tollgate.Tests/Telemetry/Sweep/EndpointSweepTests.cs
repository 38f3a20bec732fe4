using Tollgate.Catalog;
using Tollgate.Protocols;

namespace Tollgate.Tests.Telemetry.Sweep;

/// <summary>What the metrics of generative AI say of a request, for every endpoint in every mode, through a whole gateway and its page.</summary>
/// <param name="gateway">It has been asked.</param>
public sealed class EndpointSweepTests(SweepGateway gateway) : IClassFixture<SweepGateway>
{
    private const string Duration = "gen_ai_server_request_duration_seconds";
    private const string FirstToken = "gen_ai_server_time_to_first_token_seconds";
    private const string PerToken = "gen_ai_server_time_per_output_token_seconds";
    private const string Usage = "gen_ai_client_token_usage";
    private const string Unknown = "_unknown";

    public static TheoryData<string> Rows => [.. EndpointRows.All.Select(r => r.Name)];

    [Fact]
    public void Every_operation_has_a_row_that_goes_well_and_one_that_fails_in_each_mode()
    {
        EndpointRows.All.Select(r => r.Name).ShouldBeUnique();
        foreach (var operation in Operations.All)
        {
            foreach (var streams in EndpointRows.Streams(operation) ? (bool[])[false, true] : [operation == Operations.Realtime])
            {
                var rows = EndpointRows.All.Where(r => r.Operation == operation && r.Streams == streams).ToArray();
                rows.ShouldContain(r => r.Error == null, $"{operation}, streamed: {streams}");
                rows.ShouldContain(r => r.Error != null, $"{operation}, streamed: {streams}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_request_is_timed_under_its_operation_provider_and_models(string name)
    {
        var row = Row(name);
        if (row.Error is null) gateway.StatusOf(row).ShouldBe(row.Operation == Operations.Realtime ? 101 : 200);
        var timed = gateway.Of(row, Duration + "_count").ShouldHaveSingleItem();
        timed.Value.ShouldBe(1);
        timed.Labels.ShouldBe(Attributes(row), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_type_of_token_that_the_answer_tells_is_recorded_once(string name)
    {
        var row = Row(name);
        var counted = gateway.Of(row, Usage + "_count");
        counted.Select(s => s.Labels["gen_ai_token_type"]).ShouldBe(row.Tokens, ignoreOrder: true);
        counted.ShouldAllBe(s => s.Value == 1);
        foreach (var sample in counted) sample.Labels.Where(l => l.Key != "gen_ai_token_type").ShouldBe(Attributes(row).Where(a => a.Key != "error_type"), ignoreOrder: true);
        var sums = gateway.Of(row, Usage + "_sum").ToDictionary(s => s.Labels["gen_ai_token_type"], s => s.Value, StringComparer.Ordinal);
        if (row.Tokens.Contains("input")) sums["input"].ShouldBeGreaterThan(0);
        if (row.Output is { } output) sums["output"].ShouldBe(output);
        else if (row.HasFirstToken && row.Tokens.Contains("output")) sums["output"].ShouldBeGreaterThan(1);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_stream_is_timed_by_its_first_token_and_by_those_after_it(string name)
    {
        var row = Row(name);
        foreach (var (family, expected) in ((string, bool)[])[(FirstToken, row.HasFirstToken), (PerToken, row.HasFirstToken && row.Tokens.Contains("output"))])
        {
            var timed = gateway.Of(row, family + "_count");
            timed.Length.ShouldBe(expected ? 1 : 0, family);
            foreach (var sample in timed) sample.Labels.ShouldBe(Attributes(row).Where(a => a.Key != "error_type"), ignoreOrder: true);
        }
    }

    [Fact]
    public async Task The_document_says_of_each_endpoint_what_is_told()
    {
        var document = await File.ReadAllTextAsync(MetricsDocumentTests.Find("docs/metrics.md"), TestContext.Current.CancellationToken);
        foreach (var rows in EndpointRows.All.Where(r => r.Error is null).GroupBy(r => r.Operation.MetricName, StringComparer.Ordinal))
        {
            var (tokens, streams) = (rows.Any(r => r.Tokens.Length > 0) ? "yes" : "no", rows.Any(r => r.HasFirstToken) ? "of streams" : "no");
            document.ShouldContain($"| `{rows.Key}` | {tokens} | {streams} |");
        }
    }

    private static EndpointRow Row(string name) => EndpointRows.All.Single(r => r.Name == name);

    private static Dictionary<string, string> Attributes(EndpointRow row)
    {
        var model = row.NamesModel;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gen_ai_operation_name"] = row.Operation.MetricName,
            ["gen_ai_provider_name"] = row.Provider switch { null => Unknown, "live" => "openai", var kind => Catalogue.Default.Kinds[kind].MetricName },
            ["gen_ai_original_model"] = model ? row.Model : Unknown,
            ["gen_ai_request_model"] = model ? SweepGateway.Served[row.Model] : Unknown,
            ["gen_ai_response_model"] = row.Answerer ?? Unknown,
            [EndpointRow.Label] = row.Name,
        };
        if (row.Error is { } error) attributes["error_type"] = error;
        return attributes;
    }
}
