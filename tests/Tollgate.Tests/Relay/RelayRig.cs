using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Upstreams;

namespace Tollgate.Tests.Relay;

/// <summary>A gateway with one provider <c>p</c> that serves every model, and a client in front of it.</summary>
internal sealed class RelayRig : IAsyncDisposable
{
    public const string ProviderKey = "provider-key-7f3a";
    public const string ClientKey = "client-key-91bc";

    private RelayRig(ScriptedProvider provider, TestGateway gateway) => (Provider, Gateway) = (provider, gateway);

    public ScriptedProvider Provider { get; }

    public TestGateway Gateway { get; }

    /// <summary>Starts it.</summary>
    /// <param name="kind">Kind of the provider, in the catalogue's words.</param>
    /// <param name="script">What the provider does.</param>
    /// <param name="model">Name that the provider is given instead of the one asked for; null: no override.</param>
    /// <param name="more">Further keys of the provider, such as <c>, headers: { remove: [x] }</c>.</param>
    /// <param name="path">Path of the provider's URL; null: as the kind has it.</param>
    /// <param name="time">The gateway's clock; null: one by which no provider is too slow.</param>
    /// <param name="services">What the gateway is given beside its own.</param>
    public static async Task<RelayRig> StartAsync(string kind, Func<ProviderCall, Task> script, string? model = null, string more = "", string? path = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var provider = new ScriptedProvider(script);
        var url = provider.Url + (path ?? (kind is "azure-openai" or "gcp-anthropic" or "aws-anthropic" or "cohere" ? "" : "/v1"));
        var backend = model is null ? "p" : $"[{{ provider: p, model: '{model.Replace("'", "''", StringComparison.Ordinal)}' }}]";
        var yaml = $"providers:\n  p: {{ kind: {kind}, url: '{url}', {Identity(kind)}{more} }}\nmodels:\n  \"*\": {backend}\n";
        return new RelayRig(provider, await TestGateway.StartAsync(yaml, own =>
        {
            own.AddSingleton(time ?? new PatientTime());
            services?.Invoke(own);
        }));
    }

    /// <summary>A rig whose provider gives every request the same JSON.</summary>
    public static Task<RelayRig> AnsweringAsync(string kind, string json, string? model = null, string more = "", string? path = null) =>
        StartAsync(kind, call => call.AnswerAsync(200, json), model, more, path);

    public static HttpRequestMessage Post(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    public async Task<Answer> SendAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var message = Post(path, body, headers);
        using var response = await Gateway.Client.SendAsync(message, TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), Headers(response));
    }

    public Task<Answer> SendAsync(string path, string body, params (string Name, string Value)[] headers) =>
        SendAsync(path, Encoding.UTF8.GetBytes(body), headers);

    /// <summary>Sends and returns with the headers: the body is the test's to read.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, string body, CancellationToken cancellationToken = default)
    {
        using var message = Post(path, Encoding.UTF8.GetBytes(body));
        return await Gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync(); // first: a script that still runs would keep the gateway waiting
        await Gateway.DisposeAsync();
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage response) => response.Headers.NonValidated
        .Concat(response.Content.Headers.NonValidated)
        .ToDictionary(h => h.Key, h => string.Join("|", h.Value), StringComparer.OrdinalIgnoreCase);

    private static string Identity(string kind) => kind switch
    {
        "gcp-anthropic" => $"project: my-project, location: us-east5, token: {ProviderKey}",
        "aws-anthropic" => "region: us-east-1, aws: { accessKeyId: AKIDEXAMPLE, secretAccessKey: SECRETEXAMPLE, sessionToken: SESSIONEXAMPLE }",
        _ => $"key: {ProviderKey}",
    };
}

/// <summary>A whole answer as the client has it.</summary>
internal sealed record Answer(int Status, byte[] Body, Dictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
