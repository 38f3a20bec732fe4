using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Tollgate.Cli.Top;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate top</c>: what a running gateway does, as it does it.</summary>
internal static class TopCommand
{
    private const int LinesBesideModels = 18;

    internal static Command Create()
    {
        var admin = AdminAddress.Option();
        var interval = new Option<double>("--interval") { Description = "Seconds between two readings; 0.2 or more.", DefaultValueFactory = _ => 1 };
        var once = new Option<bool>("--once") { Description = "Print what happened in one interval, and end. So it is anyway where there is no terminal." };
        var command = new Command("top", "Watch a running gateway: requests, tokens and money a second by model and provider, latencies, the fullest limits, and who is left alone. q ends it.") { admin, interval, once };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(admin), TimeSpan.FromSeconds(Math.Max(0.2, result.GetValue(interval))), result.GetValue(once), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? given, TimeSpan interval, bool once, CancellationToken cancellation)
    {
        if (AdminAddress.Parse(given, Environment.GetEnvironmentVariable) is not { } admin)
        {
            await Console.Error.WriteLineAsync($"'{given}' is no address of an admin port: write it like 127.0.0.1:1064 or http://host:1064");
            return 1;
        }

        using var client = new AdminClient(admin);
        var feed = new Feed(client, TimeProvider.System);
        try
        {
            var before = await feed.ReadAsync(cancellation);
            if (once || Console.IsOutputRedirected || Console.IsInputRedirected) await PrintAsync(feed, before, admin, interval, cancellation);
            else await WatchAsync(feed, before, admin, interval, cancellation);
            return 0;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"no gateway answers at {admin.Authority}: {e.Message} Start one with 'tollgate run', or name its admin port with --admin.");
            return 1;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"what answers at {admin.Authority} is no gateway's admin port: name it with --admin.");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task PrintAsync(Feed feed, Reading before, Uri admin, TimeSpan interval, CancellationToken cancellation)
    {
        await Task.Delay(interval, TimeProvider.System, cancellation);
        var frame = new Frame(before, await feed.ReadAsync(cancellation));
        Terminal.Open().Write(TopView.Of(frame, admin, int.MaxValue));
    }

    private static Task WatchAsync(Feed feed, Reading before, Uri admin, TimeSpan interval, CancellationToken cancellation) =>
        AnsiConsole.Live(new Text("reading …")).AutoClear(true).StartAsync(async live =>
        {
            while (!WantsToEnd())
            {
                await Task.Delay(interval, TimeProvider.System, cancellation);
                var now = await feed.ReadAsync(cancellation);
                live.UpdateTarget(TopView.Of(new Frame(before, now), admin, Math.Max(3, Console.WindowHeight - LinesBesideModels)));
                before = now;
            }
        });

    private static bool WantsToEnd()
    {
        while (Console.KeyAvailable)
        {
            if (Console.ReadKey(intercept: true).Key is ConsoleKey.Q or ConsoleKey.Escape) return true;
        }

        return false;
    }
}
