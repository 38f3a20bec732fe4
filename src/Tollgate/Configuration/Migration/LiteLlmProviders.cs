using Tollgate.Catalog;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Migration;

/// <summary>Providers of a <c>model_list</c>: entries with the same address and credential share one.</summary>
internal sealed class LiteLlmProviders(Catalogue catalogue, LiteLlmQuotas quotas, ICollection<ConfigProblem> problems)
{
    // What LiteLLM calls otherwise.
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["azure"] = "azure-openai",
        ["azure_ai"] = "openai",
        ["bedrock"] = "aws-bedrock",
        ["vertex_ai"] = "gcp-vertex",
        ["together_ai"] = "together",
        ["fireworks_ai"] = "fireworks",
        ["hosted_vllm"] = "vllm",
        ["ollama_chat"] = "ollama",
        ["custom_openai"] = "openai",
        ["text-completion-openai"] = "openai",
        ["xai"] = "xai",
        ["deepseek"] = "deepseek",
    };

    private static readonly string[] Elsewhere = ["model", "weight", "order", "rpm", "tpm", "timeout", "stream_timeout", "max_retries", "input_cost_per_token", "output_cost_per_token"];

    // Parameters of a request that LiteLLM lets an entry fix.
    private static readonly string[] Body = ["temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "n", "stop", "presence_penalty", "frequency_penalty", "reasoning_effort", "service_tier", "user"];

    private readonly List<(string Content, string Name)> _known = [];

    public List<YamlEntry> Entries { get; } = [];

    /// <summary>The backend of an entry; null when it names none that can be had here.</summary>
    public YamlMap? Backend(YamlMap entry)
    {
        if (entry.Map("litellm_params") is not { } parameters || parameters.Scalar("model") is not { } model) return null;

        var slash = model.Text.IndexOf('/', StringComparison.Ordinal);
        var vendor = slash < 0 ? "openai" : model.Text[..slash];
        var name = slash < 0 ? model.Text : model.Text[(slash + 1)..];
        if (parameters.Text("custom_llm_provider") is { } custom) (vendor, name) = (custom, model.Text);
        var kind = KindOf(vendor, name);
        if (catalogue.Find(kind) is null)
        {
            problems.Warning(model.Place, $"model {model.Written} has no counterpart and was left out: no kind of provider here is named {vendor}");
            return null;
        }

        // Bedrock's routes stand in the name: bedrock/converse/…, bedrock/invoke/…
        foreach (var route in (string[])["converse/", "invoke/", "responses/", "chat/"]) if (name.StartsWith(route, StringComparison.Ordinal)) name = name[route.Length..];
        var provider = Provider(vendor, kind, parameters);
        quotas.Add(provider, name, entry, parameters);
        return Tree.Map(entry.Place,
        [
            ("provider", Tree.Text(model.Place, provider)),
            ("model", name == "*" ? null : Tree.Text(model.Place, name)),
            ("weight", parameters.Scalar("weight")),
            ("priority", parameters.Number("order") is > 1 and var order ? Tree.Number(parameters.Place, order - 1) : null),
            ("cost", Cost(entry.Map("model_info") ?? parameters, parameters)),
            ("body", Tree.MapOrNull(parameters.Place, ("set", Tree.MapOrNull(parameters.Place, [.. Body.Select(key => (key, parameters[key]))])))),
        ]);
    }

    private static string KindOf(string vendor, string model) => (vendor, model.Contains("claude", StringComparison.OrdinalIgnoreCase)) switch
    {
        ("vertex_ai", true) => "gcp-anthropic",
        ("bedrock", true) when model.StartsWith("invoke/", StringComparison.Ordinal) => "aws-anthropic",
        _ => Kinds.GetValueOrDefault(vendor, vendor),
    };

    private string Provider(string vendor, string kind, YamlMap parameters)
    {
        var provider = Tree.Map(parameters.Place, [("kind", Tree.Text(parameters.Place, kind)), .. Members(kind, parameters)]);
        var content = YamlText.Write(provider);
        if (_known.FirstOrDefault(known => known.Content == content) is { Name: { } name }) return name;

        Report(vendor, parameters);
        var own = kind;
        for (var i = 2; Entries.Exists(entry => entry.Key == own); i++) own = $"{kind}-{i}";
        _known.Add((content, own));
        Entries.Add(new YamlEntry(own, parameters.Place, provider));
        return own;
    }

    private static IEnumerable<(string Key, YamlNode? Value)> Members(string kind, YamlMap parameters) =>
    [
        ("url", Of(parameters, "api_base") ?? Of(parameters, "base_url")),
        (kind.StartsWith("gcp-", StringComparison.Ordinal) ? "token" : "key", Of(parameters, "api_key")),
        ("apiVersion", kind == "azure-openai" ? Of(parameters, "api_version") : null),
        ("region", kind.StartsWith("aws-", StringComparison.Ordinal) ? Of(parameters, "aws_region_name") ?? Tree.Text(parameters.Place, "", "${AWS_REGION:-us-east-1}") : null),
        ("aws", Tree.MapOrNull(parameters.Place,
        [
            ("accessKeyId", Of(parameters, "aws_access_key_id")), ("secretAccessKey", Of(parameters, "aws_secret_access_key")), ("sessionToken", Of(parameters, "aws_session_token")),
            ("profile", Of(parameters, "aws_profile_name")), ("roleArn", Of(parameters, "aws_role_name")), ("sessionName", Of(parameters, "aws_session_name")),
        ])),
        ("azure", Tree.MapOrNull(parameters.Place, [("tenantId", Of(parameters, "tenant_id")), ("clientId", Of(parameters, "client_id")), ("clientSecret", Of(parameters, "client_secret"))])),
        ("project", kind.StartsWith("gcp-", StringComparison.Ordinal) ? Of(parameters, "vertex_project") ?? Tree.Text(parameters.Place, "", "${GOOGLE_CLOUD_PROJECT}") : null),
        ("location", kind.StartsWith("gcp-", StringComparison.Ordinal) ? Of(parameters, "vertex_location") ?? Tree.Text(parameters.Place, "global") : null),
        ("gcp", Of(parameters, "vertex_credentials") is { } file ? Tree.Map(parameters.Place, (file.Text.StartsWith('{') || file.Text.Length == 0 ? "credentials" : "credentialsFile", file)) : null),
        ("headers", Headers(parameters)),
        ("timeouts", Timeouts(parameters)),
    ];

    private static YamlScalar? Of(YamlMap parameters, string key) => parameters.Scalar(key) is { } scalar ? LiteLlmFile.Value(scalar) : null;

    private static YamlMap? Headers(YamlMap parameters) => Tree.MapOrNull(parameters.Place, ("set", Tree.MapOrNull(parameters.Place,
    [
        ("openai-organization", parameters.Scalar("organization") is { } organization ? LiteLlmFile.Value(organization) : null),
        .. (parameters.Map("extra_headers")?.Entries ?? []).Select(entry => (entry.Key, entry.Value is YamlScalar value ? (YamlNode)LiteLlmFile.Value(value) : null)),
    ])));

    private static YamlMap? Timeouts(YamlMap parameters) => Tree.MapOrNull(parameters.Place,
    [
        ("firstToken", LiteLlmRouter.Seconds(parameters.Scalar("stream_timeout"))),
        ("total", LiteLlmRouter.Seconds(parameters.Scalar("timeout"))),
    ]);

    // Prices there are of one token.
    private static YamlMap? Cost(YamlMap info, YamlMap parameters)
    {
        var input = Million(info.Scalar("input_cost_per_token") ?? parameters.Scalar("input_cost_per_token"));
        var output = Million(info.Scalar("output_cost_per_token") ?? parameters.Scalar("output_cost_per_token"));
        return input is null || output is null ? null : Tree.Map(info.Place, ("input", input), ("output", output));
    }

    private static YamlScalar? Million(YamlScalar? price) =>
        price is not null && decimal.TryParse(price.Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var amount)
            ? Tree.Plain(price.Place, (amount * 1_000_000m).ToString("0.##########", System.Globalization.CultureInfo.InvariantCulture))
            : null;

    private void Report(string vendor, YamlMap parameters)
    {
        string[] read =
        [
            .. Elsewhere, .. Body, "api_base", "base_url", "api_key", "api_version", "aws_region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_profile_name",
            "aws_role_name", "aws_session_name", "tenant_id", "client_id", "client_secret", "vertex_project", "vertex_location", "vertex_credentials", "organization", "extra_headers", "custom_llm_provider",
        ];
        foreach (var entry in parameters.Entries.Where(entry => !read.Contains(entry.Key, StringComparer.Ordinal) || entry.Key is "max_retries"))
        {
            problems.Warning(entry.Place, $"litellm_params.{entry.Key} of {vendor} has no counterpart and was left out");
        }
    }
}
