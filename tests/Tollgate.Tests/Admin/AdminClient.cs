using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Hosting;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Admin;

/// <summary>A gateway with a state directory of its own, and its admin API as programs call it.</summary>
internal sealed class AdminClient : IAsyncDisposable
{
    public const string Operator = "operator-token-0123456789";
    public const string Lead = "search-lead-token-0123456789";
    public const string Owner = "acme-owner-token-0123456789";

    private AdminClient(TestGateway gateway, string folder) => (Gateway, Folder) = (gateway, folder);

    public TestGateway Gateway { get; }

    public string Folder { get; }

    /// <summary>With a team <c>search</c> in the organisation <c>acme</c>, and an administrator for each of them.</summary>
    public static async Task<AdminClient> StartAsync(string? folder = null, Action<IServiceCollection>? services = null, string more = "")
    {
        folder ??= Path.Combine(Path.GetTempPath(), "tollgate-" + Guid.NewGuid().ToString("N"));
        var gateway = await TestGateway.StartAsync($$"""
            providers: { simulator: {}, other: { kind: simulator } }
            models: { gpt-4: simulator, gpt-5: simulator, claude: other }
            organizations: { acme: { models: ["gpt-*"], budget: 1000/month } }
            teams: { search: { organization: acme, models: [gpt-4], providers: [simulator], budget: 200/month, limits: { requests: 600/minute } }, outside: {} }
            adminToken: {{Operator}}
            admins: { search-lead: { token: {{Lead}}, team: search }, acme-owner: { token: {{Owner}}, organization: acme } }
            {{more}}
            """,
            all =>
            {
                all.AddSingleton(new StateDirectory(folder)).AddSingleton<TimeProvider>(new LongDay());
                services?.Invoke(all);
            });
        return new AdminClient(gateway, folder);
    }

    /// <summary>Sends it as the operator unless told otherwise; the body is null when there is none.</summary>
    public async Task<(int Status, JsonElement Body, HttpResponseMessage Response)> SendAsync(string method, string path, string? body = null, string token = Operator, string? ifMatch = null)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), "/admin/v1/" + path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null) message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null) message.Headers.TryAddWithoutValidation("if-match", ifMatch);
        var response = await Gateway.Admin.SendAsync(message);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, response);
    }

    /// <summary>Makes a key and tells its id and the key.</summary>
    public async Task<(string Id, string Key)> MakeAsync(string body, string token = Operator)
    {
        var (status, key, _) = await SendAsync("POST", "keys", body, token);
        status.ShouldBe(201, key.ToString());
        return (key.GetProperty("id").GetString()!, key.GetProperty("key").GetString()!);
    }

    /// <summary>Status of a request with the key.</summary>
    public async Task<int> AskAsync(string key, string model = "gpt-4") => (await Gateway.PostAsync("/v1/chat/completions", $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}", ("authorization", "Bearer " + key))).Status;

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();
}
