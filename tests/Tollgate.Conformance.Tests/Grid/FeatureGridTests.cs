using System.Text.Json.Nodes;
using Tollgate.Catalog;
using Tollgate.Pipeline.Translation;

namespace Tollgate.Conformance.Tests.Grid;

/// <summary>Every client dialect with every provider of another dialect: each feature, whole and streamed. <c>docs/fidelity.md</c> has the same grid.</summary>
public sealed class FeatureGridTests(FeatureGridTests.Fixture gateway) : IClassFixture<FeatureGridTests.Fixture>
{
    /// <summary>Client's dialect, provider, feature, streamed.</summary>
    public static TheoryData<string, string, string, bool> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, string, bool>();
            foreach (var (client, provider) in Fixture.Pairs)
            {
                foreach (var feature in FidelityDocument.Features)
                {
                    cells.Add(client, provider, feature, false);
                    cells.Add(client, provider, feature, true);
                }
            }

            return cells;
        }
    }

    [Theory, MemberData(nameof(Cells))]
    public async Task Works(string dialect, string provider, string feature, bool stream)
    {
        var client = GridClient.Of(dialect);
        switch (feature)
        {
            case "text":
                var said = await AskAsync(client, provider, Asking.Plainly, stream);
                said.Text.ShouldContain(GridClient.Question);
                break;
            case "parallel tools":
                var called = await AskAsync(client, provider, Asking.WithTools, stream);
                called.Calls.Select(c => c.Name).ShouldBe(["toll_price", "ring_bell"]);
                JsonNode.Parse(called.Calls[0].Arguments)!["axles"]!.GetValue<int>().ShouldBe(2);
                break;
            case "images":
                var pictured = await AskAsync(client, provider, Asking.WithPicture, stream);
                pictured.Input.ShouldBeGreaterThan((await AskAsync(client, provider, Asking.Plainly, stream)).Input + 50, "a picture costs tokens");
                break;
            case "structured output":
                JsonNode.Parse((await AskAsync(client, provider, Asking.ForShape, stream)).Text)!["colour"]!.GetValue<string>().ShouldBe("red");
                break;
            case "thinking":
                var thought = await AskAsync(client, provider, Asking.ForThoughts, stream);
                thought.Thought.ShouldContain(GridClient.Question);
                thought.Text.ShouldNotBeEmpty();
                break;
            case "usage":
                var (used, other) = (await AskAsync(client, provider, Asking.Plainly, stream), await AskAsync(client, provider, Asking.Plainly, !stream));
                (used.Input, used.Output).ShouldBe((other.Input, other.Output));
                (used.Input > 0 && used.Output > 0).ShouldBeTrue();
                break;
            case "errors":
                await RefusedAsync(client, provider, stream, "429", 429);
                break;
            case "errors in mid-stream":
                if (stream) await BrokenAsync(client, provider);
                else await RefusedAsync(client, provider, stream: false, "error-after-3", 503, 529);
                break;
            default:
                Assert.Fail($"nobody tests {feature}");
                break;
        }
    }

    [Fact]
    public void Every_pair_of_dialects_is_in_the_grid()
    {
        var pairs = DialectSet.Clients.SelectMany(c => DialectSet.All.Where(u => u.Name != c.Name).Select(u => (c.Name, u.Name)));

        Fixture.Pairs.Select(p => (p.Client, Fixture.DialectOf(p.Provider))).Distinct().ShouldBe(pairs, ignoreOrder: true);
    }

    private async Task<GridAnswer> AskAsync(GridClient client, string provider, Asking asking, bool stream)
    {
        // Servers of chat completions show their thoughts only when they are told to.
        var (status, body, _) = await gateway.Gateway.PostAsync(client.Path, client.Ask(provider, asking, stream), ("x-sim", "reasoning"));
        status.ShouldBe(200, body);
        var answer = client.Read(body, stream);
        (answer.Error, answer.IsWhole).ShouldBe((null, true), body);
        return answer;
    }

    private async Task RefusedAsync(GridClient client, string provider, bool stream, string fault, params int[] expected)
    {
        var (status, body, _) = await gateway.Gateway.PostAsync(client.Path, client.Ask(provider, Asking.Plainly, stream), ("x-sim", fault));
        expected.ShouldContain(status, body);
        var error = JsonNode.Parse(body)!["error"]!;
        error["message"]!.GetValue<string>().ShouldContain("simulator was asked");
        error["type"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    private async Task BrokenAsync(GridClient client, string provider)
    {
        var (status, body, _) = await gateway.Gateway.PostAsync(client.Path, client.Ask(provider, Asking.Plainly, stream: true), ("x-sim", "error-after-3"));
        status.ShouldBe(200, body);
        var answer = client.Read(body, stream: true);
        answer.Text.ShouldNotBeEmpty();
        answer.IsWhole.ShouldBeFalse(body);
        answer.Error.ShouldNotBeNull(body);
    }

    /// <summary>A gateway whose models are named after the providers; each is the simulator in disguise, with a model that can think.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private static readonly (string Name, string As, string Model)[] Providers =
        [
            ("chat-only", "openai, dialect: openai.chat", "gpt-5"),
            ("responses-only", "openai, dialect: openai.responses", "gpt-5"),
            ("anthropic", "anthropic", "claude-sonnet-4-5"),
            ("gcp-anthropic", "gcp-anthropic", "claude-sonnet-4-5@20250929"),
            ("aws-anthropic", "aws-anthropic", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
            ("aws-bedrock", "aws-bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
            ("gcp-vertex", "gcp-vertex", "gemini-2.5-flash"),
        ];

        private TestGateway? _gateway;

        internal static IEnumerable<(string Client, string Provider)> Pairs =>
            from client in DialectSet.Clients
            from provider in Providers
            where client.Name != DialectOf(provider.Name)
            select (client.Name, provider.Name);

        internal TestGateway Gateway => _gateway!;

        internal static string DialectOf(string provider) => provider switch
        {
            "chat-only" => "openai.chat",
            "responses-only" => "openai.responses",
            _ => Catalogue.Default.Find(provider)!.Chat,
        };

        public async ValueTask InitializeAsync()
        {
            var providers = Providers.Select(p => $"  {p.Name}: {{ kind: simulator, as: {p.As} }}");
            var models = Providers.Select(p => $"  {p.Name}: [{{ provider: {p.Name}, model: '{p.Model}' }}]");
            _gateway = await TestGateway.StartAsync($"providers:\n{string.Join('\n', providers)}\nmodels:\n{string.Join('\n', models)}\n");
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
