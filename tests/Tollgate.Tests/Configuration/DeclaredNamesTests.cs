namespace Tollgate.Tests.Configuration;

/// <summary>One mistake is one problem: what is named where it is wrong is named all the same.</summary>
public sealed class DeclaredNamesTests
{
    private const string Rest = """

        models: { m: { access: { clients: [app] }, backends: p } }
        limits: { l: { requests: 10, per: minute, match: { clients: [app], providers: [p] } } }
        """;

    [Theory]
    [InlineData("providers: { p: { kind: openai, key: k } }\nclients: { app: { key: \"${APP_KEY}\" } }", "APP_KEY")]
    [InlineData("providers: { p: { kind: openai, key: k } }\nclients: { app: { key: \"${APP_KEY}\" }, b: { key: 0123456789abcdef } }", "APP_KEY")]
    [InlineData("providers: { p: { kind: openai, key: \"${P_KEY}\" } }\nclients: { app: { key: 0123456789abcdef } }", "P_KEY")]
    public void A_variable_that_is_not_set_is_the_only_problem(string text, string variable) =>
        Loading.Problems(text + Rest).ShouldHaveSingleItem().ShouldContain($"the variable {variable} is not set");

    [Fact]
    public void A_provider_that_cannot_be_read_is_there_for_a_limit() =>
        Loading.Problems("providers: { p: { kind: nothing, key: k } }\nclients: { app: { key: 0123456789abcdef } }" + Rest).ShouldHaveSingleItem().ShouldContain("nothing");

    [Fact]
    public void What_is_nowhere_is_still_told()
    {
        var problems = Loading.Problems("providers: { p: { kind: openai, key: k } }\nclients: { other: { key: 0123456789abcdef } }" + Rest);
        problems.Length.ShouldBe(2);
        problems.ShouldContain(p => p.Contains("models.m.access: no client is named 'app'", StringComparison.Ordinal));
        problems.ShouldContain(p => p.Contains("limits.l is for the client 'app', which does not exist", StringComparison.Ordinal));
    }
}
