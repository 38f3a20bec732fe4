using System.Text;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Authentication;

/// <summary>Keys in places of the operator's choice, and users with passwords.</summary>
public sealed class PlacesTests
{
    private const string Key = "tg-alice-0123456789abcdef";

    [Theory]
    [InlineData("headers: [x-key]", "x-key", Key, "", 200)]
    [InlineData("headers: [x-key]", "x-key", "Bearer " + Key, "", 200)]
    [InlineData("headers: [x-key]", "authorization", "Bearer " + Key, "", 401)]
    [InlineData("query: [access_key]", "", "", "?access_key=" + Key, 200)]
    [InlineData("query: [access_key]", "authorization", "Bearer " + Key, "", 401)]
    [InlineData("cookies: [session]", "cookie", "other=1; session=" + Key, "", 200)]
    [InlineData("headers: [authorization], query: [k]", "authorization", "Bearer wrong", "?k=" + Key, 401)]
    public async Task A_key_is_looked_for_where_the_operator_says_and_nowhere_else(string places, string header, string value, string query, int expected)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, $"clients: {{ alice: {{ key: {Key} }} }}\nauthentication: {{ keysFrom: {{ {places} }} }}");
        (string, string)[] headers = header.Length == 0 ? [] : [(header, value)];
        (await gateway.PostAsync(ErrorShape.OpenAI + query, "{\"model\":\"o\"}", headers)).Status.ShouldBe(expected);
        if (expected != 200) return;
        provider.Last.Target.ShouldNotContain("tg-");
        string.Join('\n', provider.Last.Headers).ShouldNotContain("tg-");
    }

    [Fact]
    public async Task A_key_in_the_query_of_what_is_forwarded_stays_here()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, $"clients: {{ alice: {{ key: {Key} }} }}\nauthentication: {{ keysFrom: {{ query: [my-key] }} }}\ndefault: openai-like");
        using var response = await gateway.Client.GetAsync($"/v1/files?purpose=batch&my%2Dkey={Key}&limit=2");
        ((int)response.StatusCode).ShouldBe(200);
        provider.Last.Target.ShouldEndWith("/files?purpose=batch&limit=2");
    }

    [Theory]
    [InlineData("bob", "secret", 200)]
    [InlineData("bob", "Secret", 401)]
    [InlineData("bob", "", 401)]
    [InlineData("eve", "secret", 401)]
    [InlineData("", "secret", 401)]
    public async Task A_user_is_known_by_name_and_password(string name, string password, int expected)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "# users\nbob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, $"authentication: {{ basic: {{ file: {file} }} }}");
        (await gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"o\"}", ("authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))))).Status.ShouldBe(expected);
        if (expected == 200) (await gateway.LogLineAsync()).GetProperty("client").GetString().ShouldBe("bob");
        File.Delete(file);
    }

    [Theory]
    [InlineData("bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", null)]
    [InlineData("# a note\n\nbob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", null)]
    [InlineData("bob:$2y$05$abcdefghijklmnopqrstuu", "line 1")]
    [InlineData("bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nplain:text", "line 2")]
    public void A_line_of_another_form_is_named(string text, string? expected)
    {
        var complaint = BasicUsers.Complaint(text);
        if (expected is null) complaint.ShouldBeNull();
        else complaint.ShouldNotBeNull().ShouldContain(expected);
    }

    [Theory]
    [InlineData("basic: { users: \"bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\\neve:plain\" }", "t.yaml:1:35: authentication.basic.users: line 2 is not NAME:{SHA}HASH: make it with htpasswd -s")]
    [InlineData("basic: { file: /etc/users }", "t.yaml:1:34: authentication.basic.file: in '/etc/users' line 1 is not NAME:{SHA}HASH: make it with htpasswd -s")]
    [InlineData("basic: {}", "t.yaml:1:26: authentication.basic: write file: or users:, one of them")]
    public void Users_that_cannot_be_read_are_told_when_the_configuration_is_and_never_quoted(string basic, string problem)
    {
        var problems = ConfigLoader.Parse($"authentication: {{ {basic} }}\nproviders: {{ simulator: {{}} }}\nmodels: {{ m: simulator }}\n", "t.yaml", Configuration.Loading.WithFile("/etc/users", "eve:plain-password\n")).Problems.Select(p => p.ToString()).ToList();
        problems.ShouldContain(problem);
        string.Join('\n', problems).ShouldNotContain("plain");
    }
}
