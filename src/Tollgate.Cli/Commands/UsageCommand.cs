using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate usage</c>: what was used and what it cost, from a running gateway's ledger.</summary>
internal static class UsageCommand
{
    internal static Command Create()
    {
        var by = new Option<string>("--by") { Description = "What to tell apart, with commas between: model, served_model, provider, client, key, team, organization, operation.", DefaultValueFactory = _ => "model" };
        var since = new Option<string>("--since") { Description = "From when on: a span such as 24h or 7d, or a time such as 2026-01-31.", DefaultValueFactory = _ => "7d" };
        var bucket = new Option<string>("--bucket") { Description = "A line for each hour, day or month; all by default.", DefaultValueFactory = _ => "all" };
        var where = new Option<string[]>("--where") { Description = "Only these, such as client=app. May be given several times.", DefaultValueFactory = _ => [] };
        var csv = new Option<bool>("--csv") { Description = "Print CSV instead of a table." };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var admin = AdminAddress.Option();
        var token = AdminToken.Option();
        var command = new Command("usage", "Show what was used and what it cost, from a running gateway's ledger.") { by, since, bucket, where, csv, json, admin, token };
        command.SetAction((result, cancellation) =>
        {
            var path = PathOf(result.GetValue(by)!, result.GetValue(since)!, result.GetValue(bucket)!, result.GetValue(where)!, result.GetValue(csv));
            var show = result.GetValue(csv) || result.GetValue(json) ? (Action<byte[]>)PrintBytes : PrintTable;
            return RunAsync(result.GetValue(admin), AdminToken.Find(result.GetValue(token), Environment.GetEnvironmentVariable), path, show, cancellation);
        });
        return command;
    }

    private static string PathOf(string by, string since, string bucket, string[] where, bool csv)
    {
        var path = new StringBuilder("/admin/v1/usage?format=").Append(csv ? "csv" : "json");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("by", by), ("since", since), ("bucket", bucket)]) path.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        foreach (var filter in where)
        {
            var parts = filter.Split('=', 2);
            path.Append('&').Append(Uri.EscapeDataString(parts[0])).Append('=').Append(Uri.EscapeDataString(parts.Length > 1 ? parts[1] : ""));
        }

        return path.ToString();
    }

    private static async Task<int> RunAsync(string? given, string? token, string path, Action<byte[]> show, CancellationToken cancellation)
    {
        if (AdminAddress.Parse(given, Environment.GetEnvironmentVariable) is not { } admin)
        {
            await Console.Error.WriteLineAsync($"'{given}' is no address of an admin port: write it like 127.0.0.1:1064 or http://host:1064");
            return 1;
        }

        using var client = new AdminClient(admin) { Token = token };
        try
        {
            using var answer = await client.SendAsync(HttpMethod.Get, path, null, cancellation);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
            if (answer.IsSuccessStatusCode)
            {
                show(body);
                return 0;
            }

            await Console.Error.WriteLineAsync(Detail(body) ?? $"{admin.Authority} answered {(int)answer.StatusCode}");
            return 1;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"no gateway answers at {admin.Authority}: {e.Message} Start one with 'tollgate run', or name its admin port with --admin.");
            return 1;
        }
        catch (JsonException)
        {
            await Console.Error.WriteLineAsync($"what answers at {admin.Authority} is no gateway's admin port: name it with --admin.");
            return 1;
        }
    }

    private static void PrintBytes(byte[] body) => Console.Out.Write(Encoding.UTF8.GetString(body));

    private static void PrintTable(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        Terminal.Open().Write(UsageTable.Of(document.RootElement));
    }

    private static string? Detail(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
    }
}
