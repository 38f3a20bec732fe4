using Microsoft.Extensions.DependencyInjection;
using Tollgate.Pipeline.Fetching;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Translation;

namespace Tollgate.Tests.Fetching;

/// <summary>A gateway between a provider that takes no addresses and an internet of the test's own.</summary>
internal sealed class FetchRig : IAsyncDisposable
{
    public static readonly byte[] Png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4];

    public const string Allowed = "fetch: { images: true, documents: true, http: true, timeout: 1m }";

    private FetchRig(OutsideWorld world, ScriptedProvider provider, TestGateway gateway) => (World, Provider, Gateway) = (world, provider, gateway);

    public OutsideWorld World { get; }

    public ScriptedProvider Provider { get; }

    public TestGateway Gateway { get; }

    public static async Task<FetchRig> StartAsync(string kind, Func<ProviderCall, Task> site, string fetch = Allowed)
    {
        var cell = Cell.Of(kind);
        var world = new OutsideWorld(site);
        var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        var yaml = $"providers:\n  p: {cell.Configuration(provider.Url)}\nmodels:\n  m: [{{ provider: p, model: '{cell.Model}' }}]\n{fetch}\n";
        var gateway = await TestGateway.StartAsync(yaml, services => services.AddSingleton<IOutsideNetwork>(world));
        return new FetchRig(world, provider, gateway);
    }

    /// <summary>A site where every path is a picture.</summary>
    public static Task<FetchRig> WithPictureAsync(string kind = "aws-bedrock", string fetch = Allowed) =>
        StartAsync(kind, call => call.AnswerAsync(200, "text/html", Png), fetch);

    /// <summary>A question about what is at these addresses.</summary>
    public static string Ask(string path, params string[] addresses)
    {
        var images = addresses.Select(a => path == Cell.OpenAI
            ? $$$"""{"type":"image_url","image_url":{"url":"{{{a}}}"}}"""
            : $$$"""{"type":"image","source":{"type":"url","url":"{{{a}}}"}}""");
        return $$"""{"model":"m","max_tokens":50,"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{{string.Join(',', images)}}]}]}""";
    }

    public Task<(int Status, string Body, HttpResponseMessage Response)> AskAsync(params string[] addresses) =>
        Gateway.PostAsync(Cell.OpenAI, Ask(Cell.OpenAI, addresses), ("authorization", "Bearer client-key"), ("cookie", "a=b"));

    /// <summary>The request was refused with these words, and the provider was not asked.</summary>
    public async Task ShouldRefuseAsync(string words, params string[] addresses)
    {
        var (status, body, _) = await AskAsync(addresses);
        status.ShouldBe(400, body);
        body.ShouldContain(words);
        Provider.Calls.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Provider.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
