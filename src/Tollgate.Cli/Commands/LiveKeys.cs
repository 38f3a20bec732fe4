using System.CommandLine;
using System.Text.Json;

namespace Tollgate.Cli.Commands;

/// <summary>The commands below <c>tollgate keys</c> that change keys of a running gateway.</summary>
internal static class LiveKeys
{
    private const string Path = "/admin/v1/keys";

    internal static IEnumerable<Command> Create() => [CreateKey(), List(), Switch("disable", "Take a key out of use.", true), Switch("enable", "Take a disabled key into use again.", false), Rotate(), Delete()];

    private static Command CreateKey()
    {
        var call = new AdminCall();
        var grant = new GrantOptions();
        var name = new Argument<string>("name") { Description = "The caller's name, in logs and reports." };
        var command = new Command("create", "Make a key on a running gateway and print it once. It works at once.") { name };
        grant.AddTo(command);
        return call.Wire(command, async (result, client, cancellation) =>
        {
            if (await AdminCall.AskAsync(client, HttpMethod.Post, Path, grant.Body(result, result.GetValue(name)!), cancellation) is not { } made) return 1;
            Print(made);
            return 0;
        });
    }

    private static Command List()
    {
        var team = new Option<string?>("--team") { Description = "Only this team's." };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        return new AdminCall().Wire(new Command("list", "List the keys of a running gateway.") { team, json }, async (result, client, cancellation) =>
        {
            if (await AllAsync(client, result.GetValue(team), cancellation) is not { } keys) return 1;
            if (result.GetValue(json)) Console.Out.WriteLine($"[{string.Join(",", keys.Select(k => k.GetRawText()))}]");
            else Terminal.Open().Write(KeyTable.Of(keys));
            return 0;
        });
    }

    private static Command Switch(string verb, string description, bool disabled) => OnKey(new Command(verb, description), async (id, _, client, cancellation) =>
    {
        if (await AdminCall.AskAsync(client, HttpMethod.Patch, $"{Path}/{id}", disabled ? """{"disabled":true}""" : """{"disabled":false}""", cancellation) is null) return 1;
        Console.Out.WriteLine($"{id} is {verb}d");
        return 0;
    });

    private static Command Rotate()
    {
        var overlap = new Option<string?>("--overlap") { Description = "How long the old key works on, such as 24h; not at all by default." };
        return OnKey(new Command("rotate", "Make another key for the same caller and print it once.") { overlap }, async (id, result, client, cancellation) =>
        {
            var body = result.GetValue(overlap) is { } span ? $"{{\"overlap\":\"{JsonEncodedText.Encode(span)}\"}}" : "{}";
            if (await AdminCall.AskAsync(client, HttpMethod.Post, $"{Path}/{id}/rotate", body, cancellation) is not { } made) return 1;
            Print(made);
            return 0;
        });
    }

    private static Command Delete() => OnKey(new Command("delete", "Delete a key."), async (id, _, client, cancellation) =>
    {
        if (await AdminCall.AskAsync(client, HttpMethod.Delete, $"{Path}/{id}", null, cancellation) is null) return 1;
        Console.Out.WriteLine($"{id} is deleted");
        return 0;
    });

    private static Command OnKey(Command command, Func<string, ParseResult, AdminClient, CancellationToken, Task<int>> action)
    {
        var key = new Argument<string>("key") { Description = "Its id, such as key_0123456789abcdef, or its name." };
        command.Add(key);
        return new AdminCall().Wire(command, async (result, client, cancellation) =>
        {
            var given = result.GetValue(key)!;
            if (await AllAsync(client, null, cancellation) is not { } keys) return 1;
            var found = keys.FirstOrDefault(k => k.GetProperty("id").GetString() == given || k.GetProperty("name").GetString() == given);
            if (found.ValueKind == JsonValueKind.Object) return await action(found.GetProperty("id").GetString()!, result, client, cancellation);
            await Console.Error.WriteLineAsync($"there is no key '{given}': 'tollgate keys list' shows those that there are");
            return 1;
        });
    }

    private static async Task<List<JsonElement>?> AllAsync(AdminClient client, string? team, CancellationToken cancellation)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            var after = all.Count == 0 ? "" : all[^1].GetProperty("id").GetString();
            if (await AdminCall.AskAsync(client, HttpMethod.Get, $"{Path}?after={after}&team={Uri.EscapeDataString(team ?? "")}", null, cancellation) is not { } page) return null;
            all.AddRange(page.GetProperty("keys").EnumerateArray());
            if (!page.GetProperty("more").GetBoolean()) return all;
        }
    }

    private static void Print(JsonElement key)
    {
        Console.Out.WriteLine($"# The key of {key.GetProperty("name").GetString()} ({key.GetProperty("id").GetString()}). It is not shown again:");
        Console.Out.WriteLine(key.GetProperty("key").GetString());
    }
}
