using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Documents, variables and secrets, and resources that refer to each other.</summary>
public sealed class ReadingTests : IDisposable
{
    private const string Local = "http://10.0.0.1:8080";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-manifests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("v1beta1", "{ type: APIKey, apiKey: { secretRef: { name: s } }, credentialOverride: { fromRequestHeaders: {} } }", null)]
    [InlineData("v1alpha1", "{ type: APIKey, apiKey: { secretRef: { name: s } }, credentialOverride: { fromRequestHeaders: {} } }", "'credentialOverride' does not belong in spec: it is a field of v1beta1 only")]
    [InlineData("v1beta1", "{ type: GCPCredentials, gcpCredentials: { projectName: p, region: r } }", null)]
    [InlineData("v1alpha1", "{ type: GCPCredentials, gcpCredentials: { projectName: p, region: r } }", "write credentialsFile or workloadIdentityFederationConfig")]
    public void A_version_has_its_own_fields_and_rules(string version, string spec, string? reason)
    {
        var errors = Manifest.Errors($"apiVersion: aigateway.envoyproxy.io/{version}\nkind: BackendSecurityPolicy\nmetadata: {{ name: p }}\nspec: {spec}\n");
        if (reason is null) errors.ShouldBeEmpty();
        else errors.ShouldHaveSingleItem().ShouldContain(reason);
    }

    [Fact]
    public void The_first_key_tells_manifests_from_the_compact_file()
    {
        Config(Whole(), ("KEY", "k")).Models.Single().Name.ShouldBe("m");
        Config("providers: { openai: { key: k } }\nmodels: { m: openai }\n").Models.Single().Name.ShouldBe("m");
    }

    [Fact]
    public void Without_the_package_a_manifest_says_what_reads_it()
    {
        var problem = ConfigLoader.Parse(Whole(), "m.yaml", new ConfigContext(_ => null, Catalogue.Default)).Problems.ShouldHaveSingleItem();
        problem.Message.ShouldContain("AddTollgateKubernetes()");
    }

    [Fact]
    public void Places_are_those_of_the_document_in_its_file()
    {
        var text = Whole().Replace("type: APIKey", "type: Key", StringComparison.Ordinal);
        var line = text[..text.IndexOf("type: Key", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        Errors(text, ("KEY", "k")).ShouldContain(error => error.StartsWith($"m.yaml:{line}:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stringData: { apiKey: \"${KEY}\" }", "of-variable")]
    [InlineData("stringData: { apiKey: \"${UNSET:=of-default}\" }", "of-default")]
    [InlineData("data: { apiKey: b2YtYmFzZTY0Cg== }", "of-base64")]
    public void A_secret_is_a_text_a_variable_or_base64(string members, string value) =>
        Config(Whole(members), ("KEY", "of-variable")).Providers.Single().Key!.Value!.Reveal().ShouldBe(value);

    [Fact]
    public void An_annotation_puts_a_variable_in_place_of_a_secret_s_value()
    {
        var text = Whole("stringData: { apiKey: placeholder }").Replace("metadata: { name: secret }", "metadata: { name: secret, annotations: { substitution.aigw.run/env/apiKey: KEY } }", StringComparison.Ordinal);
        Config(text, ("KEY", "of-variable")).Providers.Single().Key!.Value!.Reveal().ShouldBe("of-variable");
        Errors(text).ShouldHaveSingleItem().ShouldContain("the variable KEY is not set");
    }

    [Fact]
    public void An_annotation_names_a_file_that_is_read_again_when_it_changes()
    {
        Write("key.txt", "of-file");
        var manifest = Write("m.yaml", Whole("stringData: { apiKey: placeholder }").Replace("metadata: { name: secret }", "metadata: { name: secret, annotations: { substitution.aigw.run/file/apiKey: key.txt } }", StringComparison.Ordinal));
        var loaded = ConfigLoader.LoadFile(manifest, new ConfigContext(_ => null, Catalogue.Default).WithManifests());
        loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems)).Providers.Single().Key!.File.ShouldBe(Path.Combine(_folder.FullName, "key.txt"));
    }

    [Theory]
    [InlineData("stringData: { other: a }", "Secret default/secret has no key apiKey")]
    [InlineData("data: { apiKey: '!' }", "this is not base64")]
    [InlineData("stringData: { apiKey: \"${UNSET}\" }", "the variable UNSET is not set")]
    public void A_secret_that_cannot_be_read_is_told_at_its_place(string members, string reason) =>
        Errors(Whole(members)).ShouldHaveSingleItem().ShouldContain(reason);

    [Fact]
    public void All_mistakes_of_all_documents_are_told_at_once()
    {
        var text = Route("{ nme: a }") + Of("Backend", "b", "{}") + Of("GatewayConfig", "c", "{ forwardProxy: {} }") + "---\n- a\n---\nkind: A\n---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: Bakend\nmetadata: { name: a }\n";
        Errors(text).Length.ShouldBe(6);
    }

    [Theory]
    [InlineData("aigateway.envoyproxy.io/v2", "GatewayConfig", "version aigateway.envoyproxy.io/v2 of GatewayConfig is not known: write aigateway.envoyproxy.io/v1beta1 or aigateway.envoyproxy.io/v1alpha1")]
    [InlineData("gateway.envoyproxy.io/v1alpha1", "Bakend", "no kind of gateway.envoyproxy.io is named 'Bakend'; did you mean 'Backend'")]
    [InlineData("aigateway.envoyproxy.io/v1beta1", "Backend", "no kind of aigateway.envoyproxy.io is named 'Backend'")]
    public void An_unknown_kind_or_version_is_refused(string version, string kind, string reason) =>
        Errors($"apiVersion: {version}\nkind: {kind}\nmetadata: {{ name: a }}\n").ShouldHaveSingleItem().ShouldContain(reason);

    [Theory]
    [InlineData("apps/v1", "Deployment", "Deployment default/a has no effect: there is no cluster")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role", "kind Role of rbac.authorization.k8s.io/v1 has no effect")]
    [InlineData("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy", "EnvoyProxy default/a has no effect")]
    public void What_only_a_cluster_needs_is_passed_over_with_a_warning(string version, string kind, string reason)
    {
        var text = Whole() + $"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{ name: a }}\nspec: {{ anything: [1] }}\n";
        Config(text, ("KEY", "k"));
        Warnings(text, ("KEY", "k")).ShouldContain(warning => warning.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_resource_written_twice_is_refused() =>
        Errors(Gateway + Gateway).ShouldHaveSingleItem().ShouldContain("Gateway default/gw is written twice, first at m.yaml:4:");

    [Fact]
    public void A_list_stands_for_its_items() =>
        Errors("apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: gateway.envoyproxy.io/v1alpha1, kind: Backend, metadata: { name: a }, spec: {} }\n").ShouldHaveSingleItem().ShouldContain("write endpoints");

    [Fact]
    public void A_folder_is_one_set_of_manifests()
    {
        var documents = Whole("stringData: { apiKey: k }").Split("---\n", StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < documents.Length; i++) Write($"{i}.yaml", documents[i]);
        Write("notes.txt", "not read");
        var loaded = ConfigLoader.LoadFile(_folder.FullName, new ConfigContext(_ => null, Catalogue.Default).WithManifests());
        loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems)).Providers.Single().Name.ShouldBe("b");
    }

    [Fact]
    public void A_change_to_any_file_of_a_folder_is_noticed()
    {
        Write("a.yaml", Gateway);
        var source = new FileSource(_folder.FullName, new ConfigContext(_ => null, Catalogue.Default).WithManifests());
        source.Load();
        source.HasChanged().ShouldBeFalse();
        Write("b.yaml", Of("Namespace", "n", "{}"));
        (source.HasChanged() | source.HasChanged()).ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "AIGatewayRoute default/r may not refer to AIServiceBackend other/b: a ReferenceGrant in namespace other must allow it")]
    [InlineData("[{ group: aigateway.envoyproxy.io, kind: AIGatewayRoute, namespace: default }]", null)]
    [InlineData("[{ group: aigateway.envoyproxy.io, kind: AIGatewayRoute, namespace: elsewhere }]", "may not refer to AIServiceBackend other/b")]
    [InlineData("[{ group: aigateway.envoyproxy.io, kind: MCPRoute, namespace: default }]", "may not refer to AIServiceBackend other/b")]
    public void Another_namespace_needs_a_grant(string from, string? reason)
    {
        var text = Gateway + Route(Rule("m", "{ name: b, namespace: other }")) + Manifest.Backend("b", Local).Replace("{ name: b }\nspec", "{ name: b, namespace: other }\nspec", StringComparison.Ordinal);
        if (from.Length > 0) text += Of("ReferenceGrant", "g", $"{{ from: {from}, to: [{{ group: aigateway.envoyproxy.io, kind: AIServiceBackend }}] }}").Replace("{ name: g }", "{ name: g, namespace: other }", StringComparison.Ordinal);
        if (reason is null) Config(text).Providers.Single().Name.ShouldBe("b");
        else Errors(text).ShouldHaveSingleItem().ShouldContain(reason);
    }

    [Theory]
    [InlineData("{ name: missing }", "there is no AIServiceBackend default/missing")]
    [InlineData("{ name: b, namespace: other }", "there is no AIServiceBackend other/b: add it to the files, or correct the name (there is one in namespace default)")]
    public void A_name_that_nothing_has_is_told(string reference, string reason) =>
        Errors(Gateway + Route(Rule("m", reference)) + Manifest.Backend("b", Local)).ShouldHaveSingleItem().ShouldContain(reason);

    [Theory]
    [InlineData("BackendTrafficPolicy", "{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }], timeout: { http: { requestTimeout: 1s } }, faultInjection: {} }", "spec.faultInjection cannot be served: use tollgate drill")]
    [InlineData("SecurityPolicy", "{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }], extAuth: {} }", "spec.extAuth cannot be served")]
    [InlineData("MCPRoute", "{ parentRefs: [{ name: gw }], backendRefs: [{ name: tools }] }", "MCPRoute default/x cannot be served: MCP is not served by this version")]
    [InlineData("HTTPRoute", "{}", "HTTPRoute default/x cannot be served")]
    [InlineData("Gateway", "{ gatewayClassName: c, listeners: [{ name: http, protocol: HTTP, port: 1976 }] }", "a second Gateway cannot be served")]
    public void What_would_not_be_done_is_valid_but_keeps_the_gateway_from_running(string kind, string spec, string reason)
    {
        var text = Whole() + Of(kind, "x", spec);
        Errors(text, ("KEY", "k")).ShouldBeEmpty();
        Refusals(text, ("KEY", "k")).ShouldContain(refusal => refusal.Contains(reason, StringComparison.Ordinal));
        Load(text, ("KEY", "k")).Config.ShouldBeNull();
    }

    private static string Whole(string secret = "stringData: { apiKey: \"${KEY}\" }") => Gateway
        + Route(Rule("m", "{ name: b }"))
        + Manifest.Backend("b", Local)
        + Of("BackendSecurityPolicy", "p", "{ targetRefs: [{ group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: b }], type: APIKey, apiKey: { secretRef: { name: secret } } }")
        + Of("Secret", "secret", secret);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
