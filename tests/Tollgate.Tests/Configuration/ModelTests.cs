using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class ModelTests
{
    private const string Providers = "providers: { simulator: {}, ollama: {} }\ndefault: ollama\n";

    private static ModelConfig Model(string value) => Loading.Config($"{Providers}models:\n  m: {value}\n").Models.ShouldHaveSingleItem();

    private static string[] Problems(string value) => Loading.Problems($"{Providers}models:\n  m: {value}\n");

    [Theory]
    [InlineData("simulator", "simulator// 1 0")]
    [InlineData("[simulator, ollama]", "simulator// 1 0|ollama// 1 0")]
    [InlineData("[simulator, { provider: ollama, model: x, weight: 3, priority: 2 }]", "simulator// 1 0|ollama/x/ 3 2")]
    [InlineData("{ backends: [{ provider: ollama, model: x }] }", "ollama/x/ 1 0")]
    [InlineData("{ backends: ollama }", "ollama// 1 0")]
    public void Short_and_long_forms_mean_the_same(string value, string backends) =>
        string.Join('|', Model(value).Backends.Select(backend => $"{backend.Provider}/{backend.Model}/ {backend.Weight} {backend.Priority}")).ShouldBe(backends);

    [Fact]
    public void The_long_form_has_what_model_lists_show()
    {
        var model = Model("{ backends: [simulator], ownedBy: us, created: 2025-06-01, balance: weighted, brokenStream: error, retry: { attempts: 1 } }");
        model.OwnedBy.ShouldBe("us");
        model.Created.ShouldBe(new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Fetching_and_fidelity_stand_at_the_top_and_in_models()
    {
        var config = Loading.Config($$"""
            {{Providers}}fetch: { images: true }
            fidelity: strict
            models:
              a: { backends: simulator, fetch: { documents: true, http: true, hosts: [cdn.my.org, "*.other.net"], maxBytes: 1MB, timeout: 2s }, fidelity: announce }
              b: simulator
            """);
        config.Fetch.ShouldBe(new FetchConfig { Images = true });
        config.Fidelity.ShouldBe(FidelityMode.Strict);
        var fetch = config.Models[0].Fetch.ShouldNotBeNull();
        (fetch with { Hosts = [] }).ShouldBe(new FetchConfig { Documents = true, Http = true, MaxBytes = 1 << 20, Timeout = TimeSpan.FromSeconds(2) });
        fetch.Hosts.ShouldBe(["cdn.my.org", "*.other.net"]);
        config.Models[0].Fidelity.ShouldBe(FidelityMode.Announce);
        (config.Models[1].Fetch, config.Models[1].Fidelity).ShouldBe((null, null));
    }

    [Fact]
    public void Nothing_is_fetched_and_losses_are_announced_unless_the_file_says_otherwise()
    {
        var config = Loading.Config(Providers + "models: { m: simulator }\n");
        (config.Fetch.Images, config.Fetch.Documents, config.Fetch.Http, config.Fidelity).ShouldBe((false, false, false, FidelityMode.Announce));
    }

    [Theory]
    [InlineData("{ backends: ollama, fetch: true }", "models.m.fetch must be a map such as { images: true }")]
    [InlineData("{ backends: ollama, fetch: { hosts: [localhost] } }", "models.m.fetch.hosts must be a host name such as cdn.my.org, or *.my.org, not 'localhost'")]
    [InlineData("{ backends: ollama, fetch: { hosts: ['*'] } }", "must be a host name")]
    [InlineData("{ backends: ollama, fetch: { hosts: ['https://a.org'] } }", "must be a host name")]
    [InlineData("{ backends: ollama, fetch: { size: 1 } }", "unknown key 'size' in models.m.fetch")]
    [InlineData("{ backends: ollama, fidelity: exact }", "models.m.fidelity must be one of announce, strict, not 'exact'")]
    public void What_fetching_and_fidelity_cannot_mean_is_said(string value, string words) => Problems(value).ShouldHaveSingleItem().ShouldContain(words);

    [Fact]
    public void Models_keep_their_order_and_globs_know_that_they_are()
    {
        var models = Loading.Config(Providers + "models: { b: simulator, 'a*': simulator, a: simulator }\n").Models;
        models.Select(model => model.Name).ShouldBe(["b", "a*", "a"]);
        models.Select(model => model.IsGlob).ShouldBe([false, true, false]);
    }

    [Theory]
    [InlineData("simulatr", "t.yaml:4:6: no provider is named 'simulatr'; did you mean 'simulator'?")]
    [InlineData("xyz", "t.yaml:4:6: no provider is named 'xyz': providers: has simulator, ollama")]
    [InlineData("[]", "t.yaml:4:6: models.m names no provider: write [simulator]")]
    [InlineData("", "t.yaml:4:5: models.m must be a provider's name, a list of providers, or a map with backends:, and here is nothing")]
    [InlineData("{ provider: simulator }", "t.yaml:4:8: 'provider' does not belong in models.m: a backend stands in a list, write - { provider: …, model: … }")]
    [InlineData("[{ model: x }]", "t.yaml:4:7: models.m needs provider: a text")]
    [InlineData("[{ provider: simulator, weight: 0 }, { provider: ollama, weight: 0 }]", "t.yaml:4:3: all weights of models.m are 0, so nothing would serve it: give one of them weight: 1")]
    [InlineData("[{ provider: simulator, priority: high }]", "t.yaml:4:40: models.m.priority must be a whole number of at least 0, not 'high'")]
    [InlineData("{ backends: simulator, balance: random }", "t.yaml:4:38: models.m.balance must be one of weighted, least-busy, least-latency, least-cost, not 'random'")]
    public void A_mistake_is_named_with_its_mend(string value, string problem) => Problems(value).ShouldBe([problem]);

    [Fact]
    public void A_model_changes_only_what_it_writes_of_retries_and_time_limits()
    {
        var model = Model("{ backends: simulator, brokenStream: resume, retry: { attempts: 5 }, timeouts: { firstToken: 3s, headers: 2s } }");
        model.Resumes.ShouldBeTrue();
        var retry = model.Retry.ShouldNotBeNull();
        retry.ShouldBe(new RetryOverrides(5, null, null));
        var timeouts = model.Timeouts.ShouldNotBeNull();
        timeouts.ShouldBe(new TimeoutOverrides(null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), null, null));
        retry.Over(new RetryConfig(2, TimeSpan.FromSeconds(9))).ShouldBe(new RetryConfig(5, TimeSpan.FromSeconds(9)));
        var limits = timeouts.Over(new TimeoutConfig { Idle = TimeSpan.FromSeconds(1), FirstToken = TimeSpan.FromSeconds(60) });
        (limits.FirstToken, limits.Headers, limits.Idle).ShouldBe((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        Model("simulator").Resumes.ShouldBeFalse();
    }

    [Fact]
    public void A_glob_behind_the_one_that_matches_everything_is_a_warning() =>
        Loading.Problems(Providers + "models:\n  '*': simulator\n  exact: simulator\n  'gpt-*': simulator\n").ShouldHaveSingleItem()
            .ShouldBe("t.yaml:6:3: warning: 'gpt-*' is never reached, because '*' on line 4 matches every name first: move '*' to the end");

    [Fact]
    public void A_file_without_models_is_a_warning() =>
        Loading.Problems("providers: { simulator: {} }\n").ShouldHaveSingleItem().ShouldContain("warning: models is empty");

    [Fact]
    public void The_default_must_be_a_provider() =>
        Loading.Problems("default: olama\nproviders: { ollama: {} }\nmodels: { m: ollama }\n").ShouldBe(["t.yaml:1:10: no provider is named 'olama'; did you mean 'ollama'?"]);
}
