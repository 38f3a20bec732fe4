namespace Tollgate.Conformance.Tests.Grid;

/// <summary>A gateway whose models are named after the kind of provider that serves them; each is the simulator in disguise.</summary>
public sealed class GridGateway : IAsyncLifetime
{
    /// <summary>The kinds, and OpenAI held to one of its two chat APIs.</summary>
    private static readonly (string Kind, string Model)[] Providers =
    [
        ("openai", "gpt-4o"),
        ("chat-only", "gpt-4o"),
        ("responses-only", "gpt-5"),
        ("azure-openai", "gpt-4o"),
        ("anthropic", "claude-sonnet-4-5"),
        ("gcp-anthropic", "claude-sonnet-4-5@20250929"),
        ("aws-anthropic", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("aws-bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("gcp-vertex", "gemini-2.5-flash"),
    ];

    private TestGateway? _gateway;

    public static IEnumerable<string> Kinds => Providers.Select(p => p.Kind);

    public Uri Address => Gateway.Host.Addresses[0];

    internal TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        var providers = Providers.Select(p => $"  {p.Kind}: {{ kind: simulator, as: {As(p.Kind)} }}");
        var models = Providers.Select(p => $"  {p.Kind}: [{{ provider: {p.Kind}, model: '{p.Model}' }}]");
        _gateway = await TestGateway.StartAsync($"providers:\n{string.Join('\n', providers)}\nmodels:\n{string.Join('\n', models)}\n");
    }

    private static string As(string kind) => kind switch
    {
        "chat-only" => "openai, dialect: openai.chat",
        "responses-only" => "openai, dialect: openai.responses",
        _ => kind,
    };

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
