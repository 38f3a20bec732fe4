using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Tollgate.Cli;

/// <summary>What every command that asks the admin API has in common: its options, and what is said when it is refused.</summary>
internal sealed class AdminCall
{
    private readonly Option<string?> _admin = AdminAddress.Option();
    private readonly Option<string?> _token = AdminToken.Option();

    /// <summary>Adds the options and the action to a command.</summary>
    internal Command Wire(Command command, Func<ParseResult, AdminClient, CancellationToken, Task<int>> action)
    {
        command.Add(_admin);
        command.Add(_token);
        command.SetAction((result, cancellation) => RunAsync(result, action, cancellation));
        return command;
    }

    /// <summary>The document of an answer; null, with the reason on standard error, when it was refused.</summary>
    internal static async Task<JsonElement?> AskAsync(AdminClient client, HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(method, path, content, cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
        using var document = JsonDocument.Parse(bytes.Length == 0 ? "{}"u8.ToArray() : bytes);
        if (answer.IsSuccessStatusCode) return document.RootElement.Clone();
        await Console.Error.WriteLineAsync(document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : $"{client.Address.Authority} answered {(int)answer.StatusCode}");
        return null;
    }

    private async Task<int> RunAsync(ParseResult result, Func<ParseResult, AdminClient, CancellationToken, Task<int>> action, CancellationToken cancellation)
    {
        var given = result.GetValue(_admin);
        if (AdminAddress.Parse(given, Environment.GetEnvironmentVariable) is not { } admin)
        {
            await Console.Error.WriteLineAsync($"'{given}' is no address of an admin port: write it like 127.0.0.1:1064 or http://host:1064");
            return 1;
        }

        using var client = new AdminClient(admin) { Token = AdminToken.Find(result.GetValue(_token), Environment.GetEnvironmentVariable) };
        try
        {
            return await action(result, client, cancellation);
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
    }
}
