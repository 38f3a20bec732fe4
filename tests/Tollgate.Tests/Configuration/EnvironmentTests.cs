using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class EnvironmentTests
{
    private static LoadResult Load(params (string Name, string Value)[] environment) => EnvironmentSource.Load(Loading.Context(environment));

    private static GatewayConfig Config(params (string Name, string Value)[] environment)
    {
        var result = Load(environment);
        result.Config.ShouldNotBeNull(string.Join('\n', result.Problems));
        return result.Config;
    }

    private static string? ProviderOf(GatewayConfig config, string model) =>
        config.Models.FirstOrDefault(entry => entry.Name == model)?.Backends[0].Provider;

    [Fact]
    public void Nothing_found_means_the_simulator_for_every_name_and_says_so()
    {
        var config = Config();
        config.Providers.ShouldHaveSingleItem().Kind.ShouldBe("simulator");
        config.Models[^1].Name.ShouldBe("*");
        config.Models.ShouldAllBe(model => model.Backends.Single().Provider == "simulator");
        config.Source.ShouldContain("the built-in simulator");
    }

    [Fact]
    public void Each_provider_serves_its_own_names_and_the_first_is_the_default()
    {
        var config = Config(("ANTHROPIC_API_KEY", "a"), ("OPENAI_API_KEY", "o"), ("MISTRAL_API_KEY", "m"));
        config.Providers.Select(provider => provider.Name).ShouldBe(["openai", "anthropic", "mistral"]);
        config.Default.ShouldBe("openai");
        ProviderOf(config, "gpt-*").ShouldBe("openai");
        ProviderOf(config, "claude-*").ShouldBe("anthropic");
        ProviderOf(config, "*").ShouldBeNull();
        config.Source.ShouldBe("the environment (openai, anthropic, mistral)");
        config.Providers[0].Key!.Value!.Reveal().ShouldBe("o");
    }

    [Fact]
    public void A_host_of_many_makers_models_serves_the_names_that_nobody_claims()
    {
        var config = Config(("OPENAI_API_KEY", "o"), ("GROQ_API_KEY", "g"));
        config.Models[^1].Name.ShouldBe("*");
        ProviderOf(config, "*").ShouldBe("groq");
        ProviderOf(config, "gpt-*").ShouldBe("openai");
    }

    [Fact]
    public void An_empty_variable_is_no_key() => Config(("OPENAI_API_KEY", "")).Source.ShouldContain("the built-in simulator");

    [Fact]
    public void Organisation_and_project_of_OpenAI_become_headers() =>
        Config(("OPENAI_API_KEY", "o"), ("OPENAI_ORG_ID", "org"), ("OPENAI_PROJECT_ID", "proj")).Providers[0].Headers.Set
            .ShouldBe([KeyValuePair.Create("openai-organization", "org"), KeyValuePair.Create("openai-project", "proj")]);

    [Fact]
    public void A_server_of_ones_own_needs_no_key_and_serves_every_name()
    {
        var config = Config(("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/"));
        config.Providers[0].Url.ShouldBe(new Uri("http://127.0.0.1:11434/v1"));
        config.Providers[0].Key.ShouldBeNull();
        ProviderOf(config, "*").ShouldBe("openai");
    }

    [Theory]
    [InlineData("https://proxy.example", "https://proxy.example/v1")]
    [InlineData("https://proxy.example/anthropic/", "https://proxy.example/anthropic/v1")]
    [InlineData("https://proxy.example/v1", "https://proxy.example/v1")]
    public void Anthropics_base_url_is_given_its_version(string variable, string url) =>
        Config(("ANTHROPIC_API_KEY", "a"), ("ANTHROPIC_BASE_URL", variable)).Providers[0].Url.ShouldBe(new Uri(url));

    [Fact]
    public void Anthropics_token_is_a_token_and_its_key_a_key()
    {
        var token = Config(("ANTHROPIC_AUTH_TOKEN", "t")).Providers[0];
        (token.Key, token.Token!.Value!.Reveal()).ShouldBe((null, "t"));

        var key = Config(("ANTHROPIC_AUTH_TOKEN", "t"), ("ANTHROPIC_API_KEY", "k")).Providers[0];
        (key.Key!.Value!.Reveal(), key.Token).ShouldBe(("k", null));
    }

    [Fact]
    public void Azure_needs_its_endpoint()
    {
        var azure = Config(("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_ENDPOINT", "https://me.openai.azure.com/"), ("OPENAI_API_VERSION", "2024-06-01"));
        azure.Providers[0].Url.ShouldBe(new Uri("https://me.openai.azure.com"));
        azure.Providers[0].ApiVersion.ShouldBe("2024-06-01");
        ProviderOf(azure, "*").ShouldBe("azure-openai");

        var without = Load(("AZURE_OPENAI_API_KEY", "k"));
        without.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith("AZURE_OPENAI_API_KEY: warning: AZURE_OPENAI_ENDPOINT is not set");
        without.Config!.Source.ShouldContain("the built-in simulator");
    }

    [Theory]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_DEFAULT_REGION")]
    public void Static_aws_keys_serve_claude_on_bedrock(string region)
    {
        var config = Config(("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t"), (region, "eu-west-1"));
        var provider = config.Providers.ShouldHaveSingleItem();
        (provider.Kind, provider.Region, provider.Aws!.Keys!.SessionToken!.Reveal()).ShouldBe(("aws-anthropic", "eu-west-1", "t"));
        config.Models.Select(model => model.Name).ShouldBe(["anthropic.claude-*", "*.anthropic.claude-*"]);
    }

    [Fact]
    public void A_bedrock_key_wins_over_static_keys() =>
        Config(("AWS_BEARER_TOKEN_BEDROCK", "b"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "r")).Providers[0]
            .Key!.Value!.Reveal().ShouldBe("b");

    [Fact]
    public void A_bedrock_key_without_a_region_is_a_warning() =>
        Load(("AWS_BEARER_TOKEN_BEDROCK", "b")).Problems.ShouldHaveSingleItem().Message.ShouldStartWith("AWS_REGION is not set");

    [Fact]
    public void Only_one_provider_gets_the_names_that_are_nobodys_own()
    {
        var result = Load(("TOGETHER_API_KEY", "t"), ("CEREBRAS_API_KEY", "c"));
        ProviderOf(result.Config!, "*").ShouldBe("together");
        result.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith("CEREBRAS_API_KEY: warning: Together AI serves the model names that are nobody's own");
    }

    [Fact]
    public void A_broken_url_or_key_is_an_error_that_quotes_neither()
    {
        var result = Load(("OPENAI_API_KEY", "geheim\n"), ("OPENAI_BASE_URL", "https://u:geheim@x.example"));
        result.Config.ShouldBeNull();
        result.Problems.Select(problem => problem.Place.File).ShouldBe(["OPENAI_API_KEY", "OPENAI_BASE_URL"]);
        string.Join('\n', result.Problems).ShouldNotContain("geheim");
    }

    [Fact]
    public void Listeners_can_be_given_and_are_checked()
    {
        Config(("TOLLGATE_LISTEN", "127.0.0.1:0")).Listen.ShouldHaveSingleItem().Port.ShouldBe(0);
        Load(("TOLLGATE_LISTEN", "*:80")).Config.ShouldBeNull();
    }
}
