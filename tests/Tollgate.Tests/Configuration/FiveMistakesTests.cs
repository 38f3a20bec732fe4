namespace Tollgate.Tests.Configuration;

public sealed class FiveMistakesTests
{
    private const string Text = """
        listen: 0.0.0.0:1975
        providers:
          openai: { key: "${OPENAI_API_KEY}" }
          claude: { kind: antropic, key: abc }
          azure: { kind: azure-openai, url: https://me.openai.azure.com, key: abc, apiversion: 2024-10-21 }
        models:
          gpt-4o:
            - { provider: openai, weight: -1 }
            - { provider: azur }
          claude-*: claude
        """;

    [Fact]
    public void Five_mistakes_are_five_problems_each_at_its_place_with_its_mend() =>
        Loading.Problems(Text, ("OPENAI_API_KEY", "sk")).ShouldBe(
        [
            "t.yaml:1:9: 0.0.0.0:1975 can be reached from other machines, and everybody who reaches it could spend your credentials: write clients: with a key for each caller, or allowAnonymous: true if that is meant",
            "t.yaml:4:19: unknown kind 'antropic'; did you mean 'anthropic'?",
            "t.yaml:5:76: unknown key 'apiversion' in providers.azure; did you mean 'apiVersion'?",
            "t.yaml:8:35: models.gpt-4o.weight must be a whole number of at least 0, not '-1'",
            "t.yaml:9:19: no provider is named 'azur'; did you mean 'azure'?",
        ]);

    [Fact]
    public void A_configuration_with_an_error_is_not_handed_out() => Loading.Load(Text).Config.ShouldBeNull();
}
