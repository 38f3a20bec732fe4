using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Tollgate.Simulator;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry.Sweep;

/// <summary>
/// Gateways before a simulator of every kind, with models named after the kinds, that every row has asked; and what metrics and spans tell then. Two, one for
/// rows that fail: 100 values of a header are told apart.
/// </summary>
public sealed class SweepGateway : IAsyncLifetime
{
    /// <summary>What the models are called at their providers.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Served = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["simulator"] = "gpt-4o",
        ["openai"] = "gpt-4o",
        ["azure-openai"] = "gpt-4o-deployment",
        ["anthropic"] = "claude-sonnet-4-5",
        ["gcp-anthropic"] = "claude-sonnet-4-5@20250929",
        ["aws-anthropic"] = "anthropic.claude-sonnet-4-5-20250929-v1:0",
        ["aws-bedrock"] = "anthropic.claude-sonnet-4-5-20250929-v1:0",
        ["gcp-vertex"] = "gemini-2.5-flash",
        ["cohere"] = "command-a",
        ["broken"] = "sim/503",
        ["breaking"] = "sim/error-after-2",
        ["live"] = "gpt-realtime",
        ["live-broken"] = "sim/503",
    };

    private readonly SpanRecorder _spans = new();
    private readonly Dictionary<string, int> _statuses = new(StringComparer.Ordinal);
    private SimulatorHost _simulator = null!;
    private readonly TestGateway[] _gateways = new TestGateway[2];
    private readonly ExpositionPage[] _pages = new ExpositionPage[2];

    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions(), ["127.0.0.1:0"], TimeProvider.System, TestContext.Current.CancellationToken);
        for (var i = 0; i < _gateways.Length; i++) _gateways[i] = await TestGateway.StartAsync(Configuration());
        foreach (var row in EndpointRows.All) _statuses[row.Name] = await row.Ask(this, row);
        for (var i = 0; i < _gateways.Length; i++) _pages[i] = await ScrapeAsync(_gateways[i]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        await _simulator.DisposeAsync();
        _spans.Dispose();
    }

    internal int StatusOf(EndpointRow row) => _statuses[row.Name];

    /// <summary>The row's own samples.</summary>
    internal Sample[] Of(EndpointRow row, string name) => [.. _pages[Index(row)].Samples.Where(s => s.Name == name && s.Labels.GetValueOrDefault(EndpointRow.Label) == row.Name)];

    /// <summary>The span of the row's request, and those of its calls to providers.</summary>
    internal (Activity Request, Activity[] Calls) SpansOf(EndpointRow row)
    {
        var request = _spans.Ended.Where(s => s.Kind == ActivityKind.Server && (string?)s.GetTagItem("tollgate.request.id") == IdOf(row)).ShouldHaveSingleItem();
        return (request, [.. _spans.Ended.Where(s => s.ParentSpanId == request.SpanId)]);
    }

    /// <summary>Sends a request under a row's name and reads its whole answer.</summary>
    internal async Task<int> SendAsync(EndpointRow row, HttpRequestMessage message)
    {
        foreach (var (name, value) in Marks(row)) message.Headers.Add(name, value);
        using (message)
        {
            using var response = await _gateways[Index(row)].Client.SendAsync(message);
            await response.Content.ReadAsByteArrayAsync();
            return (int)response.StatusCode;
        }
    }

    /// <summary>Stores a response under another name and gives its id.</summary>
    internal async Task<string> StoredAsync(EndpointRow row)
    {
        var (_, body, _) = await _gateways[Index(row)].PostAsync("/v1/responses", """{"model":"simulator","input":"hi"}""");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Talks over a WebSocket until the model has answered.</summary>
    internal async Task<int> TalkAsync(EndpointRow row)
    {
        using var socket = new ClientWebSocket();
        foreach (var (name, value) in Marks(row)) socket.Options.SetRequestHeader(name, value);
        socket.Options.CollectHttpResponseDetails = true;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{_gateways[Index(row)].Client.BaseAddress!.Authority}/v1/realtime?model={Uri.EscapeDataString(row.Model)}"), limit.Token);
        }
        catch (WebSocketException)
        {
            return (int)socket.HttpStatusCode;
        }

        await socket.SendAsync("""{"type":"response.create"}"""u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, limit.Token);
        var buffer = new byte[65536];
        var text = new StringBuilder();
        while (!text.ToString().Contains("response.done", StringComparison.Ordinal)) text.Append(Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, limit.Token)).Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        return (int)socket.HttpStatusCode;
    }

    private static string IdOf(EndpointRow row) => $"sweep-{EndpointRows.All.ToList().FindIndex(r => r.Name == row.Name)}";

    /// <summary>Headers by which the request is found again.</summary>
    private (string Name, string Value)[] Marks(EndpointRow row) => [("x-row", row.Name), ("x-request-id", IdOf(row)), _spans.Parent];

    private static int Index(EndpointRow row) => row.Error is null ? 0 : 1;

    private static async Task<ExpositionPage> ScrapeAsync(TestGateway gateway)
    {
        await gateway.UntilAtRestAsync();
        return ExpositionPage.Read(await gateway.Admin.GetByteArrayAsync("/metrics"));
    }

    private string Configuration()
    {
        var kinds = Served.Keys.Except(["simulator", "broken", "breaking", "live", "live-broken"]).ToArray();
        var providers = kinds.Select(k => $"  {k}: {{ kind: simulator, as: {k} }}");
        var models = Served.Keys.Select(k => $"  {k}: [{{ provider: {(kinds.Contains(k) ? k : k.StartsWith("live", StringComparison.Ordinal) ? "live" : "simulator")}, model: '{Served[k]}' }}]");
        return $$"""
            providers:
              simulator: { kind: simulator }
              live: { kind: openai, url: "{{_simulator.Addresses[0]}}/v1", key: k }
            {{string.Join('\n', providers)}}
            models:
            {{string.Join('\n', models)}}
            default: simulator
            telemetry: { metricHeaders: { x-row: {{EndpointRow.Label}} } }
            """;
    }
}
