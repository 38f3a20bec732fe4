using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Loads manifests with an environment and files of the test's own, and writes short ones.</summary>
internal static class Manifest
{
    private static readonly string[] ClusterKinds = ["Secret", "ConfigMap", "Service"];

    public static ConfigContext Context(params (string Name, string Value)[] environment) => new ConfigContext(
        name => environment.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault(), Catalogue.Default, _ => null).WithManifests();

    public static LoadResult Load(string text, params (string Name, string Value)[] environment) => ConfigLoader.Parse(text, "m.yaml", Context(environment));

    public static GatewayConfig Config(string text, params (string Name, string Value)[] environment)
    {
        var loaded = Load(text, environment);
        loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems));
        return loaded.Config;
    }

    /// <summary>What <c>validate</c> says, without warnings.</summary>
    public static string[] Errors(string text, params (string Name, string Value)[] environment) =>
        [.. Manifests.Check([new ConfigText("m.yaml", text)], Context(environment)).Problems.Where(problem => problem.IsError).Select(problem => problem.ToString())];

    /// <summary>What keeps well-formed manifests from running.</summary>
    public static string[] Refusals(string text, params (string Name, string Value)[] environment) =>
        [.. Manifests.Check([new ConfigText("m.yaml", text)], Context(environment)).Refusals.Select(problem => problem.ToString())];

    public static string[] Warnings(string text, params (string Name, string Value)[] environment) =>
        [.. Manifests.Check([new ConfigText("m.yaml", text)], Context(environment)).Problems.Where(problem => !problem.IsError).Select(problem => problem.ToString())];

    /// <summary>A resource on one line, with its spec as a flow map; of Secrets and ConfigMaps the members beside metadata.</summary>
    public static string Of(string kind, string name, string spec) => ClusterKinds.Contains(kind)
        ? $"---\napiVersion: v1\nkind: {kind}\nmetadata: {{ name: {name} }}\n{spec}\n"
        : $"---\napiVersion: {Version(kind)}\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec: {spec}\n";

    /// <summary>A Gateway, and one OpenAI backend <c>NAME</c> at a URL's host and port.</summary>
    public static string Gateway { get; } = Of("Gateway", "gw", "{ gatewayClassName: c, listeners: [{ name: http, protocol: HTTP, port: 1975 }] }");

    public static string Backend(string name, string url, string schema = "{ name: OpenAI }", string more = "")
    {
        var address = new Uri(url);
        return Of("AIServiceBackend", name, $"{{ schema: {schema}, backendRef: {{ name: {name}, kind: Backend, group: gateway.envoyproxy.io }}{more} }}")
            + Of("Backend", name, $"{{ endpoints: [{{ ip: {{ address: {address.Host}, port: {address.Port} }} }}] }}");
    }

    /// <summary>A route named <c>r</c> at the Gateway.</summary>
    public static string Route(string rules, string more = "") => Of("AIGatewayRoute", "r", $"{{ parentRefs: [{{ name: gw }}], rules: [{rules}]{more} }}");

    /// <summary>A rule for one model.</summary>
    public static string Rule(string model, string backends, string more = "") =>
        $"{{ matches: [{{ headers: [{{ name: x-ai-eg-model, value: {model} }}] }}], backendRefs: [{backends}]{more} }}";

    public static string Version(string kind) => Fields.KindTable.Default.ByName[kind].Versions[0];
}
