using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>A gateway with limits, on a clock that the test moves, and what its admin port says of them.</summary>
internal sealed class LimitRig : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";

    private LimitRig(TestGateway gateway, ManualTime time) => (Gateway, Time) = (gateway, time);

    public TestGateway Gateway { get; }

    public ManualTime Time { get; }

    /// <summary>A model <c>m</c> of one provider <c>one</c>, unless the text has models of its own.</summary>
    public static async Task<LimitRig> StartAsync(ScriptedProvider provider, string yaml)
    {
        var time = new ManualTime();
        var models = yaml.Contains("models: {", StringComparison.Ordinal) && yaml.StartsWith("providers", StringComparison.Ordinal) ? "" : $"providers: {{ one: {{ kind: openai, url: {provider.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\n";
        return new LimitRig(await TestGateway.StartAsync(models + yaml, services => services.AddSingleton<TimeProvider>(time)), time);
    }

    /// <summary>A chat that uses 10 tokens in and 5 out, whatever it says.</summary>
    public static ScriptedProvider Provider(int input = 10, int output = 5) => new(call => call.AnswerAsync(200, Answer(input, output), ("x-ratelimit-limit-requests", "9999"), ("x-ratelimit-remaining-tokens", "8888"), ("anthropic-ratelimit-requests-limit", "7777")));

    public static string Answer(int input, int output) =>
        $$$"""{"id":"a","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}""";

    public static string Body(int maxTokens = 20, string model = "m", string more = "") => $$"""{"model":"{{model}}","max_tokens":{{maxTokens}},"messages":[{"role":"user","content":"hi"}]{{more}}}""";

    /// <summary>Posts a chat and waits until everything it reserved is settled.</summary>
    public async Task<(int Status, string Body, HttpResponseMessage Response)> ChatAsync(string? body = null, params (string Name, string Value)[] headers)
    {
        var answer = await Gateway.PostAsync(Chat, body ?? Body(), headers);
        await SettledAsync();
        return answer;
    }

    /// <summary>Waits until no reservation is open.</summary>
    public Task SettledAsync() => OpenAsync(0);

    /// <summary>Waits until as many reservations are open.</summary>
    public async Task OpenAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await DocumentAsync()).GetProperty("open_reservations").GetInt32() != count) await Task.Delay(5, limit.Token);
    }

    public async Task<JsonElement> DocumentAsync() => JsonDocument.Parse(await Gateway.Admin.GetByteArrayAsync("/limits")).RootElement;

    /// <summary>What is used under a limit, by subject.</summary>
    public async Task<Dictionary<string, decimal>> UsedAsync(string limit)
    {
        var found = (await DocumentAsync()).GetProperty("limits").EnumerateArray().Single(l => l.GetProperty("name").GetString() == limit);
        return found.TryGetProperty("fullest", out var counters)
            ? counters.EnumerateArray().ToDictionary(c => c.GetProperty("subject").GetString()!, c => c.GetProperty("used").GetDecimal() + c.GetProperty("reserved").GetDecimal(), StringComparer.Ordinal)
            : [];
    }

    public async Task<decimal> OneUsedAsync(string limit) => (await UsedAsync(limit)).Values.DefaultIfEmpty().Single();

    public static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    public static long Number(HttpResponseMessage response, string name) => long.Parse(Header(response, name)!, CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
