using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Upstreams;

namespace Tollgate.Tests.Translation;

/// <summary>A gateway in front of one provider of another dialect, under the model <c>m</c>.</summary>
internal sealed class TranslationRig : IAsyncDisposable
{
    private TranslationRig(ScriptedProvider provider, TestGateway gateway) => (Provider, Gateway) = (provider, gateway);

    public ScriptedProvider Provider { get; }

    public TestGateway Gateway { get; }

    public static async Task<TranslationRig> StartAsync(Cell cell, Func<ProviderCall, Task> script, string more = "", TimeProvider? time = null)
    {
        var provider = new ScriptedProvider(script);
        var yaml = $"providers:\n  p: {cell.Configuration(provider.Url, more)}\nmodels:\n  m: [{{ provider: p, model: '{cell.Model}' }}]\n";
        var gateway = await TestGateway.StartAsync(yaml, services => services.AddSingleton(time ?? new PatientTime()));
        gateway.Client.Timeout = TimeSpan.FromSeconds(30); // an answer that never comes is a failure, not a wait
        return new TranslationRig(provider, gateway);
    }

    /// <summary>A provider that gives its usual answer, whole.</summary>
    public static Task<TranslationRig> AnsweringAsync(Cell cell, string more = "") =>
        StartAsync(cell, call => call.AnswerAsync(200, ProviderWords.Whole(cell)), more);

    /// <summary>A provider that streams these bytes, in pieces, and ends in order.</summary>
    public static Task<TranslationRig> StreamingAsync(Cell cell, byte[] body, int size = int.MaxValue) =>
        StartAsync(cell, call => call.StreamAsync(body, Math.Min(size, body.Length), ProviderWords.ContentType(cell)));

    public Task<(int Status, string Body, HttpResponseMessage Response)> AskAsync(string path, bool stream = false, string more = "", params (string Name, string Value)[] headers) =>
        Gateway.PostAsync(path, Cell.Ask(path, stream, more), headers);

    /// <summary>Asks for a stream and returns with the headers: the body is the test's to read.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) => OpenAsync(Gateway.Client, path);

    /// <summary>The same from another client.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(HttpClient client, string path)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Cell.Ask(path, stream: true), Encoding.UTF8, "application/json") };
        return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync(); // first: a script that still runs would keep the gateway waiting
        await Gateway.DisposeAsync();
    }
}
