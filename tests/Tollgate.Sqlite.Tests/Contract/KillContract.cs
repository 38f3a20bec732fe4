using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tollgate.Tests.Cli;

namespace Tollgate.Tests.Metering.Ledger;

/// <summary>The process is killed under load, as by the system when memory is short: the ledger has what clients were told, no more and no less.</summary>
public abstract class KillContract : IDisposable
{
    private static readonly Dictionary<string, string> FreePorts = new() { ["TOLLGATE_LISTEN"] = "127.0.0.1:0", ["TOLLGATE_ADMIN"] = "127.0.0.1:0" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-kill-");
    private readonly ConcurrentDictionary<string, long> _answered = []; // the tokens that the client was told
    private readonly ConcurrentDictionary<string, bool> _told = [];
    private int _sent;

    /// <summary>What the configuration names.</summary>
    protected abstract string Store { get; }

    /// <summary>Where the gateway runs.</summary>
    protected string Folder => _folder.FullName;

    /// <summary>The lines of answers: id, error, tokens.</summary>
    protected abstract Task<List<(string Id, string Error, long Tokens)>> LinesAsync();

    public void Dispose()
    {
        if (Directory.Exists(Folder)) _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("relaxed")]
    [InlineData("strict")]
    public async Task The_ledger_has_every_request_that_a_client_was_told_of_once(string durability)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tollgate.yaml"), $$"""
            providers: { sim: { kind: simulator } }
            models: { "*": sim }
            ledger: { store: "{{Store}}", durability: {{durability}} }
            stateDir: state
            """, TestContext.Current.CancellationToken);
        for (var round = 0; round < 3; round++) await RunAndKillAsync(answers: 150 * (round + 1));
        await using (var last = CommandRun.Start(_folder.FullName, FreePorts, "run")) await last.LineAsync("Listening on ");

        var lines = await LinesAsync();
        lines.Select(l => l.Id).ShouldBeUnique();
        var inLedger = lines.ToDictionary(l => l.Id);
        _told.Count.ShouldBeGreaterThan(900);
        _told.Keys.Where(id => !inLedger.ContainsKey(id)).ShouldBeEmpty();
        inLedger.Count.ShouldBeLessThanOrEqualTo(_sent);

        // What was told of usage is what was written, but for those few whose end the gateway did not live to see.
        var known = _answered.Where(a => inLedger[a.Key].Error != "interrupted").ToArray();
        known.Where(a => inLedger[a.Key].Tokens != a.Value).ShouldBeEmpty();
        (_answered.Count - known.Length).ShouldBeLessThan(3 * 24);
        lines.Where(l => l.Error == "interrupted").ShouldNotBeEmpty();
    }

    private async Task RunAndKillAsync(int answers)
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        using var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(3) };
        using var enough = new CountdownEvent(answers);
        var load = Enumerable.Range(0, 24).Select(i => LoadAsync(client, i, enough)).ToArray();
        enough.Wait(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken).ShouldBeTrue();
        await run.SignalAsync("KILL");
        await Task.WhenAll(load);
        await run.EndAsync();
    }

    /// <summary>Asks until the gateway is gone.</summary>
    private async Task LoadAsync(HttpClient client, int worker, CountdownEvent enough)
    {
        var stream = worker % 2 == 0;
        while (true)
        {
            var id = "r-" + Interlocked.Increment(ref _sent).ToString(CultureInfo.InvariantCulture);
            try
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
                {
                    Content = new StringContent($$"""{"model":"gpt-5","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hello {{id}}"}]}""", Encoding.UTF8, "application/json"),
                };
                message.Headers.Add("x-request-id", id);
                using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
                response.Headers.GetValues("x-tollgate-request-id").Single().ShouldBe(id);
                _told[id] = true;
                var body = await response.Content.ReadAsStringAsync();
                if (!stream) _answered[id] = JsonDocument.Parse(body).RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt64();
                if (!enough.IsSet) enough.Signal();
            }
            // A connection that was accepted and is gone at once ends in the socket's own exception.
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or SocketException)
            {
                if (e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }) return; // nobody is there any more
            }
        }
    }
}
