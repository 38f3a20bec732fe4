using Tollgate.Catalog;
using Tollgate.Cli.Commands;
using Tollgate.Configuration;

namespace Tollgate.Kubernetes.Tests;

/// <summary>The configuration of a LiteLLM proxy, said in the words of <c>tollgate.yaml</c>.</summary>
public sealed class LiteLlmTests : IDisposable
{
    private const string File = """
        model_list:
          - model_name: gpt-4o
            litellm_params:
              model: azure/my-deployment
              api_base: https://my.openai.azure.com
              api_key: os.environ/AZURE_API_KEY
              api_version: 2024-10-21
              weight: 3
              rpm: 100
          - model_name: gpt-4o
            litellm_params: { model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY, temperature: 0.2, timeout: 30 }
            model_info: { input_cost_per_token: 0.0000025, output_cost_per_token: 0.00001 }
          - model_name: claude
            litellm_params: { model: bedrock/anthropic.claude-sonnet-4, aws_region_name: eu-west-1 }
          - model_name: gemini
            litellm_params: { model: gemini/gemini-2.5-flash, api_key: os.environ/GEMINI_API_KEY }
          - model_name: strange
            litellm_params: { model: unheard-of/model }
        router_settings:
          num_retries: 2
          timeout: 90
          routing_strategy: least-busy
          fallbacks: [{ gpt-4o: [claude, nowhere] }]
          model_group_alias: { gpt-4: gpt-4o }
          redis_host: localhost
        litellm_settings:
          default_fallbacks: [gemini]
          success_callback: [langfuse]
          cache: true
          cache_params: { type: redis }
        general_settings:
          master_key: os.environ/MASTER_KEY
          database_url: postgres://x
        """;

    private readonly string _path = Path.GetTempFileName();

    public LiteLlmTests() => System.IO.File.WriteAllText(_path, File);

    public void Dispose() => System.IO.File.Delete(_path);

    [Fact]
    public void Models_providers_fallbacks_and_aliases_are_taken_over()
    {
        var (text, _, config) = Convert();
        config.Models.Select(model => model.Name).ShouldBe(["gpt-4o", "claude", "gemini", "gpt-4"]);
        var model = config.Models[0];
        model.Backends.Select(backend => $"{backend.Provider} {backend.Model} {backend.Weight} {backend.Priority}").ShouldBe(
            ["azure-openai my-deployment 3 0", "openai gpt-4o 1 0", "aws-bedrock anthropic.claude-sonnet-4 1 1", "gemini gemini-2.5-flash 1 2"]);
        config.Models[3].Backends.Select(backend => backend.Provider).ShouldBe(model.Backends.Select(backend => backend.Provider));
        model.Balance.Policy.ShouldBe("least-busy");
        model.Backends[1].Cost.ShouldBe(new BackendCostConfig(2.5m, 10m));
        model.Backends[1].Body.Set.ShouldBe([KeyValuePair.Create("temperature", "0.2")]);
        config.Retry.Attempts.ShouldBe(3);
        config.Retry.Deadline.ShouldBe(TimeSpan.FromSeconds(90));
        config.Providers[0].ApiVersion.ShouldBe("2024-10-21");
        config.Providers[1].Timeouts.Total.ShouldBe(TimeSpan.FromSeconds(30));
        config.Providers[2].Region.ShouldBe("eu-west-1");
        config.Clients.ShouldHaveSingleItem().Name.ShouldBe("master");
        text.ShouldContain("key: \"${AZURE_API_KEY}\"");
    }

    [Theory]
    [InlineData("litellm_settings.cache has no counterpart and was left out: every request is asked of a provider, answers are not kept")]
    [InlineData("litellm_settings.cache_params has no counterpart")]
    [InlineData("model unheard-of/model has no counterpart")]
    [InlineData("router_settings.redis_host has no counterpart")]
    [InlineData("litellm_settings.success_callback has no counterpart")]
    [InlineData("general_settings.database_url has no counterpart")]
    [InlineData("the fallback nowhere of gpt-4o is no model of the list")]
    public void What_has_no_counterpart_is_listed_with_its_place(string what) => Convert().Errors.ShouldContain($": warning: {what}");

    [Fact]
    public void Requests_and_tokens_a_minute_become_quotas_of_the_deployment()
    {
        var (_, _, config) = Convert("""
            model_list:
              - model_name: a
                litellm_params: { model: openai/one, api_key: k-0123456789abcdef, rpm: 60, tpm: 1000 }
              - model_name: b
                litellm_params: { model: openai/two, api_key: k-0123456789abcdef }
                model_info: { tpm: 500 }
              - model_name: c
                litellm_params: { model: openai/one, api_key: k-0123456789abcdef, rpm: 60 }
            """);
        config.Limits.Select(limit => $"{limit.Name}: {limit.Unit} {limit.Limit} of {string.Join(',', limit.Match!.Providers)} {string.Join(',', limit.Match.Models)}")
            .ShouldBe(["openai-one-requests: Requests 60 of openai one", "openai-one-tokens: Tokens 1000 of openai one", "openai-two-tokens: Tokens 500 of openai two"]);
    }

    [Fact]
    public void A_limit_that_is_none_and_one_that_contradicts_another_are_told()
    {
        var errors = Convert("""
            model_list:
              - model_name: a
                litellm_params: { model: openai/one, api_key: k-0123456789abcdef, rpm: 60, tpm: os.environ/TPM }
              - model_name: b
                litellm_params: { model: openai/one, api_key: k-0123456789abcdef, rpm: 70 }
            """).Errors;
        errors.ShouldContain("os.environ/TPM tokens a minute is no limit here and was left out");
        errors.ShouldContain("requests a minute of openai and one are written twice, and the first counts");
    }

    [Fact]
    public void Another_file_is_refused()
    {
        System.IO.File.WriteAllText(_path, "providers: {}\n");
        using var errors = new StringWriter();
        ConvertCommand.Convert([_path], "litellm", new ConfigContext(_ => null, Catalogue.Default), TextWriter.Null, errors).ShouldBe(1);
        errors.ToString().ShouldContain("it has no model_list");
    }

    private (string Text, string Errors, GatewayConfig Config) Convert(string? file = null)
    {
        if (file is not null) System.IO.File.WriteAllText(_path, file);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        ConvertCommand.Convert([_path], "litellm", new ConfigContext(_ => null, Catalogue.Default), output, errors).ShouldBe(0, errors.ToString());
        var loaded = ConfigLoader.Parse(output.ToString(), "t.yaml", new ConfigContext(name => name.StartsWith("TOLLGATE", StringComparison.Ordinal) ? null : $"value-of-{name}-0123456789", Catalogue.Default));
        return (output.ToString(), errors.ToString(), loaded.Config.ShouldNotBeNull(output + string.Join('\n', loaded.Problems)));
    }
}
