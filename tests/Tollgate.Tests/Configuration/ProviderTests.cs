using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class ProviderTests
{
    [Fact]
    public void A_provider_named_as_its_kind_needs_no_kind() =>
        Loading.Config("providers: { groq: { key: k } }\nmodels: { m: groq }\n").Providers.ShouldHaveSingleItem().Kind.ShouldBe("groq");

    [Fact]
    public void An_alias_becomes_the_name_of_the_kind() => Loading.Provider("{ kind: grok, key: k }").Kind.ShouldBe("xai");

    [Fact]
    public void Everything_written_is_in_the_record()
    {
        var provider = Loading.Provider("""
            
                kind: azure-openai
                url: https://me.openai.azure.com/
                token: tok
                apiVersion: 2024-10-21
                headers: { set: { X-Team: "1" }, remove: [x-a, x-b] }
                body: { set: { store: false, n: 1, s: "1", t: "${V}", o: { a: [null, 1.5e3, yes] } }, remove: [user] }
                timeouts: { connect: 1s, firstToken: 2s, idle: 3s, total: 4m }
            """, ("V", "true"));

        provider.Url.ShouldBe(new Uri("https://me.openai.azure.com"));
        provider.Token!.Value!.Reveal().ShouldBe("tok");
        provider.Key.ShouldBeNull();
        provider.ApiVersion.ShouldBe("2024-10-21");
        provider.Headers.Set.ShouldBe([KeyValuePair.Create("X-Team", "1")]);
        provider.Headers.Remove.ShouldBe(["x-a", "x-b"]);
        provider.Body.Set.Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(["store=false", "n=1", "s=\"1\"", "t=\"true\"", "o={\"a\":[null,1.5e3,\"yes\"]}"]);
        provider.Body.Remove.ShouldBe(["user"]);
        provider.Timeouts.ShouldBe(new TimeoutConfig
        {
            Connect = TimeSpan.FromSeconds(1),
            FirstToken = TimeSpan.FromSeconds(2),
            Idle = TimeSpan.FromSeconds(3),
            Total = TimeSpan.FromMinutes(4),
        });
        provider.Place.ToString().ShouldBe("t.yaml:2:3");
    }

    [Theory]
    [InlineData("{ kind: openai, key: k, dialect: openai.responses }", "openai.responses")]
    [InlineData("{ kind: openai, key: k, dialect: openai.chat }", "openai.chat")]
    [InlineData("{ kind: groq, key: k, dialect: openai.chat }", "openai.chat")]
    [InlineData("{ kind: simulator, as: openai, dialect: openai.responses }", "openai.responses")]
    [InlineData("{ kind: azure-openai, url: https://me.openai.azure.com, key: k, apiVersion: 2025-04-01-preview, dialect: openai.responses }", "openai.responses")]
    [InlineData("{ kind: openai, key: k }", null)]
    public void A_provider_can_be_held_to_one_dialect(string provider, string? dialect) => Loading.Provider(provider).Dialect.ShouldBe(dialect);

    [Theory]
    [InlineData("{ kind: openai, key: k, dialect: openai.completions }", "t.yaml:2:39: providers.p.dialect must be one of openai.chat, openai.responses")]
    [InlineData("{ kind: anthropic, key: k, dialect: openai.responses }", "t.yaml:2:42: kind anthropic is asked in anthropic.messages and has no other chat API: remove dialect:")]
    [InlineData("{ kind: simulator, as: gcp-vertex, dialect: openai.chat }", "t.yaml:2:50: kind gcp-vertex is asked in gemini.generate")]
    [InlineData("{ kind: azure-openai, url: https://me.openai.azure.com, key: k, dialect: openai.responses }", "t.yaml:2:79: Azure has responses since apiVersion 2025-03-01-preview, and this is 2024-10-21: give a later apiVersion:")]
    public void A_dialect_that_a_kind_does_not_have_is_told_with_its_mend(string provider, string problem) =>
        Loading.Problems($"providers:\n  p: {provider}\nmodels: {{ m: p }}\n").ShouldHaveSingleItem().ShouldStartWith(problem);

    [Fact]
    public void Static_aws_keys_are_read()
    {
        var aws = Loading.Provider("{ kind: aws-bedrock, region: us-east-1, aws: { accessKeyId: a, secretAccessKey: s, sessionToken: t } }").Aws!.Keys!;
        new[] { aws.AccessKeyId, aws.SecretAccessKey, aws.SessionToken! }.Select(secret => secret.Reveal()).ShouldBe(["a", "s", "t"]);
    }

    [Fact]
    public void A_secret_in_a_file_is_found_beside_the_configuration()
    {
        var folder = Path.GetFullPath("conf");
        var path = Path.Combine(folder, "secret.txt");
        var result = ConfigLoader.Parse("providers: { openai: { key: { file: secret.txt } } }\nmodels: { m: openai }\n", Path.Combine("conf", "t.yaml"), Loading.WithFile(path, "sk\n"));
        result.Config!.Providers[0].Key.ShouldBe(new SecretSource(null, path));
    }

    [Theory]
    [InlineData("{ file: absent.txt }", "the file 'absent.txt' cannot be read")]
    [InlineData("{ path: a.txt }", "unknown key 'path' in providers.openai.key")]
    [InlineData("[sk-geheim]", "providers.openai.key must be a text such as \"${VAR}\", or { file: PATH }, and here is a list")]
    [InlineData("\"sk-geheim\\nx\"", "providers.openai.key holds a line break")]
    [InlineData("\"\"", "providers.openai.key must be a text, and this is empty")]
    public void A_secret_that_cannot_be_used_is_never_quoted(string key, string expected)
    {
        var problems = string.Join('\n', Loading.Problems($"providers: {{ openai: {{ key: {key} }} }}\nmodels: {{ m: openai }}\n"));
        problems.ShouldContain(expected);
        problems.ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("openai: {}", "providers.openai (kind openai) needs key: \"${OPENAI_API_KEY}\"")]
    [InlineData("openai: { url: 'https://api.openai.com/v1/' }", "providers.openai (kind openai) needs key: \"${OPENAI_API_KEY}\"")]
    [InlineData("groq: { url: 'https://proxy.example/v1' }", "providers.groq (kind groq) needs key: \"${GROQ_API_KEY}\"")]
    [InlineData("azure-openai: { url: 'https://a.example' }", "providers.azure-openai (kind azure-openai) needs key: \"${AZURE_OPENAI_API_KEY}\", or azure: {} for Entra ID")]
    [InlineData("azure-openai: { key: k }", "providers.azure-openai (kind azure-openai) needs url: https://NAME.openai.azure.com")]
    [InlineData("aws-anthropic: { key: k }", "providers.aws-anthropic (kind aws-anthropic) needs region: us-east-1")]
    [InlineData("gcp-vertex: { location: global, token: t }", "providers.gcp-vertex (kind gcp-vertex) needs project: my-project")]
    [InlineData("gcp-vertex: { project: p, token: t }", "providers.gcp-vertex (kind gcp-vertex) needs location: global")]
    public void What_a_kind_needs_is_asked_for_with_the_line_to_write(string provider, string problem) =>
        Loading.Problems($"providers:\n  {provider}\nmodels: {{ m: {provider.Split(':')[0]} }}\n").ShouldBe([$"t.yaml:2:3: {problem}"]);

    [Theory]
    [InlineData("ollama: {}")]
    [InlineData("ollama:")]
    [InlineData("simulator: {}")]
    [InlineData("openai: { url: 'http://127.0.0.1:9000/v1' }")]
    [InlineData("aws-bedrock: { region: us-east-1 }")]
    [InlineData("gcp-vertex: { project: p, location: global }")]
    [InlineData("azure-openai: { url: 'https://a.example', azure: {} }")]
    [InlineData("azure-openai: { url: 'https://a.example', azure: }")]
    [InlineData("aws-anthropic: { url: 'http://127.0.0.1:9', key: k }")]
    public void Nothing_is_asked_for_that_is_not_needed(string provider) =>
        Loading.Problems($"providers:\n  {provider}\nmodels: {{ m: {provider.Split(':')[0]} }}\n").ShouldBeEmpty();

    [Theory]
    [InlineData("{ kind: aws-bedrock, region: us-east-1, profile: dev }", "'profile' does not belong in providers.p: write aws: { profile: NAME }")]
    [InlineData("{ kind: aws-bedrock, region: us-east-1, aws: { accessKeyId: a } }", "providers.p.aws has accessKeyId and needs secretAccessKey with it")]
    [InlineData("{ kind: openai, key: k, token: t }", "providers.p has key and token: give one credential")]
    [InlineData("{ kind: openai, aws: { accessKeyId: a, secretAccessKey: b } }", "kind openai takes no AWS identity: give key:")]
    [InlineData("{ kind: gcp-vertex, project: p, location: l, key: k }", "kind gcp-vertex takes an access token, not an API key: give gcp: { credentialsFile: PATH } or token:")]
    [InlineData("{ kind: openai, key: k, as: anthropic }", "as: belongs to kind simulator")]
    [InlineData("{ kind: simulator, as: antropic }", "unknown kind 'antropic'; did you mean 'anthropic'?")]
    [InlineData("{ kind: watsonx, key: k }", "unknown kind 'watsonx': the kinds are openai, azure-openai,")]
    [InlineData("{ key: k }", "providers.p needs kind:, because its name is no kind: the kinds are openai,")]
    [InlineData("{ kind: aws-anthropic, key: k, region: 'evil.example/' }", "providers.p.region must be a name of letters, digits and -")]
    [InlineData("{ kind: openai, key: k, url: 'https://u:geheim@a.example' }", "providers.p.url: a URL must not hold a user or a password")]
    [InlineData("{ kind: openai, key: k, headers: { set: { 'a b': x } } }", "this is not a header name")]
    [InlineData("{ kind: openai, key: k, headers: { set: { Host: x } } }", "the header host belongs to the connection")]
    [InlineData("{ kind: openai, key: k, headers: { set: { X-A: x, x-a: y } } }", "the header x-a is set twice")]
    [InlineData("{ kind: openai, key: k, headers: { remove: [Transfer-Encoding] } }", "the header transfer-encoding belongs to the connection")]
    [InlineData("{ kind: openai, key: k, headers: { set: { x-a: \"1\\r\\nx-b: 2\" } } }", "providers.p.headers.set.x-a: a header value must be plain ASCII on one line")]
    [InlineData("{ kind: openai, key: k, timeouts: { idle: 10 } }", "providers.p.timeouts.idle must be a duration such as 500ms, 10s, 2m or 1h30m, not '10'")]
    [InlineData("{ kind: openai, key: k, timeouts: [10s] }", "providers.p.timeouts must be a map such as { connect: 10s }, and here is a list")]
    public void A_mistake_is_named_with_its_mend(string provider, string expected)
    {
        var problems = Loading.Load($"providers:\n  p: {provider}\nmodels: {{ m: p }}\n");
        problems.Config.ShouldBeNull();
        var text = string.Join('\n', problems.Problems);
        text.ShouldContain(expected);
        text.ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("{ kind: openai, key: k, region: us-east-1 }", "t.yaml:2:30: warning: region: has no effect for kind openai")]
    [InlineData("{ kind: openai, key: k, apiVersion: '1' }", "t.yaml:2:30: warning: apiVersion: has no effect for kind openai")]
    [InlineData("{ kind: simulator, key: k }", "t.yaml:2:25: warning: key: has no effect for kind simulator")]
    public void What_has_no_effect_is_a_warning(string provider, string warning) =>
        Loading.Problems($"providers:\n  p: {provider}\nmodels: {{ m: p }}\n").ShouldBe([warning]);

    [Fact]
    public void A_provider_that_nobody_uses_is_a_warning() =>
        Loading.Problems("providers: { simulator: {}, ollama: {} }\nmodels: { m: simulator }\n")
            .ShouldBe(["t.yaml:1:29: warning: no model names the provider 'ollama', so it is never called: add it below models:, or remove it"]);

    [Fact]
    public void No_providers_at_all_is_an_error() =>
        Loading.Problems("providers: {}\nmodels: {}\n")[0].ShouldBe("t.yaml:1:12: providers is empty: name at least one, such as openai: { key: \"${OPENAI_API_KEY}\" }");
}
