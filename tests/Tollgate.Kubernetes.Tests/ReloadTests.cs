using System.Text;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Tests.Reloading;
using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Manifests that change while a gateway runs with them: a file, and a folder of files.</summary>
public sealed class ReloadTests
{
    private const string First = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    private const string Last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_changed_weight_counts_for_what_comes_then_and_a_stream_under_way_goes_on(bool isFolder)
    {
        var go = new TaskCompletionSource();
        await using var old = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(First);
            await go.Task;
            await call.ChunkAsync(Last);
            await call.EndAsync();
        });
        await using var next = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        var rest = Gateway + Backend("old", old.Url) + Backend("next", next.Url);
        await using var gateway = await StartAsync(isFolder, rest, Weighted(1, 0));
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("{\"model\":\"m\",\"stream\":true}", Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[First.Length]);

        await ChangeAsync(gateway, isFolder, rest, Weighted(0, 1));
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync()).Status.ShouldBe(200);
        next.Calls.Count.ShouldBe(1);
        go.SetResult();
        (await new StreamReader(stream).ReadToEndAsync()).ShouldBe(Last);
        old.Calls.Count.ShouldBe(1);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_broken_edit_is_told_with_its_place_and_the_last_good_manifests_serve_on(bool isFolder)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, call.Text));
        var rest = Gateway + Backend("b", provider.Url);
        await using var gateway = await StartAsync(isFolder, rest, Overridden("good"));
        await ChangeAsync(gateway, isFolder, rest, Route("{ backendRefs: [{ name: b, weight: many }] }"));
        await gateway.LookUntilAsync("the one before stays in force");
        var line = isFolder ? 5 : 5 + rest.Count(c => c == '\n');
        gateway.Log.Lines.ShouldContain(l => l.Contains($"{(isFolder ? "route.yaml" : "tollgate.yaml")}:{line}:80: spec.rules.backendRefs.weight must be a whole number", StringComparison.Ordinal), string.Join('\n', gateway.Log.Lines));
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"good\"}"));

        await ChangeAsync(gateway, isFolder, rest, Overridden("mended"));
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"mended\"}"));
    }

    [Fact]
    public async Task A_route_in_a_new_file_of_the_folder_is_served()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(isFolder: true, Gateway + Backend("b", provider.Url), Overridden("m"));
        (await gateway.ChatAsync("n")).Status.ShouldBe(404);
        await File.WriteAllTextAsync(gateway.PathOf("another.yaml"), Route(Rule("n", "{ name: b }")).Replace("{ name: r }\n", "{ name: s }\n", StringComparison.Ordinal));
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync("n")).Status.ShouldBe(200);
    }

    private static string Weighted(int old, int next) => Route(Rule("m", $"{{ name: old, weight: {old} }}, {{ name: next, weight: {next} }}"));

    private static string Overridden(string model) => Route(Rule("m", $"{{ name: b, modelNameOverride: {model} }}"));

    private static Task<FileGateway> StartAsync(bool isFolder, string rest, string route)
    {
        var context = new ConfigContext(name => name is "TOLLGATE_LISTEN" or "TOLLGATE_ADMIN" ? "127.0.0.1:0" : null, Catalogue.Default).WithManifests();
        return isFolder ? FileGateway.StartAsync(context, "", ("rest.yaml", rest), ("route.yaml", route)) : FileGateway.StartAsync(context, "tollgate.yaml", ("tollgate.yaml", rest + route));
    }

    private static async Task ChangeAsync(FileGateway gateway, bool isFolder, string rest, string route)
    {
        await File.WriteAllTextAsync(gateway.PathOf("next"), isFolder ? route : rest + route);
        File.Move(gateway.PathOf("next"), gateway.PathOf(isFolder ? "route.yaml" : "tollgate.yaml"), overwrite: true);
    }
}
