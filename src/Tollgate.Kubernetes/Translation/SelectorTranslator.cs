using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Which requests a limit is for, and what has a counter of its own under it.</summary>
internal sealed class SelectorTranslator(Findings findings, IReadOnlyDictionary<string, string> claimsOfHeaders)
{
    private const string ModelHeader = "x-ai-eg-model";

    private readonly List<(string Key, YamlNode? Value)> _headers = [];

    /// <summary>What has a counter of its own.</summary>
    public List<YamlNode> By { get; } = [];

    /// <summary>Models that it is for; empty: all.</summary>
    public List<YamlNode> Models { get; } = [];

    public IReadOnlyList<(string Key, YamlNode? Value)> Headers => _headers;

    public void Read(YamlMap selector)
    {
        foreach (var header in selector.Maps("headers")) Header(header);
        if (selector.Map("sourceCIDR") is { } network) Network(network);
        foreach (var entry in selector.Entries.Where(entry => entry.Key is "methods" or "path" or "queryParams")) findings.Refuse(entry.Place, $"limits are told apart by headers and addresses, not by {entry.Key}");
    }

    private void Header(YamlMap header)
    {
        var (name, type, place) = (header.Text("name") ?? "", header.Text("type") ?? "Exact", header.Place);
        var value = Tree.Text(place, header.Text("value") ?? "");
        var isModel = string.Equals(name, ModelHeader, StringComparison.OrdinalIgnoreCase);
        var isInverted = header.Flag("invert") == true;
        if (type == "Distinct") By.Add(Tree.Text(place, isModel ? "model" : claimsOfHeaders.TryGetValue(name, out var claim) ? "claim:" + claim : "header:" + name));
        else if (claimsOfHeaders.ContainsKey(name)) findings.Refuse(place, $"{name} is made of a claim, and limits are for every value of a claim: write type: Distinct");
        else if (isModel && type == "Exact" && !isInverted) Models.Add(value);
        else if (isModel) findings.Refuse(place, "a limit is for models by their exact names: write type: Exact for each, or Distinct");
        else if (type == "Exact" && !isInverted) _headers.Add((name, value));
        else _headers.Add((name, Tree.Map(place, (type == "Exact" ? "value" : "pattern", value), ("invert", isInverted ? Tree.Plain(place, "true") : null))));
    }

    private void Network(YamlMap network)
    {
        if (network.Text("type") == "Distinct" && network.Flag("invert") != true) By.Add(Tree.Text(network.Place, "ip"));
        else findings.Refuse(network.Place, "a limit counts every address by itself, or all together: write type: Distinct with value 0.0.0.0/0");
    }
}
