using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Tollgate.Cli.Commands;

/// <summary>What a new key may do, as options.</summary>
internal sealed class GrantOptions
{
    private readonly Option<string?> _team = new("--team") { Description = "Its team." };
    private readonly Option<string[]> _models = Many("--model", "A model that it may ask for, or a glob; all by default. May be given several times.");
    private readonly Option<string[]> _providers = Many("--provider", "A provider that may serve it; all by default. May be given several times.");
    private readonly Option<string[]> _budget = Many("--budget", "US dollars in a span, such as 50/month. May be given several times.");
    private readonly Option<string[]> _requests = Many("--requests", "Requests in a span, such as 60/minute. May be given several times.");
    private readonly Option<string[]> _tokens = Many("--tokens", "Tokens in a span, such as 100000/hour. May be given several times.");
    private readonly Option<string?> _expires = new("--expires") { Description = "When it ends: a date, or how long from now, such as 90d." };

    internal void AddTo(Command command)
    {
        foreach (var option in (Option[])[_team, _models, _providers, _budget, _requests, _tokens, _expires]) command.Add(option);
    }

    internal string Body(ParseResult result, string name)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            if (result.GetValue(_team) is { } team) json.WriteString("team", team);
            if (result.GetValue(_expires) is { } expires) json.WriteString("expires", expires);
            List(json, "models", result.GetValue(_models));
            List(json, "providers", result.GetValue(_providers));
            List(json, "budget", result.GetValue(_budget));
            json.WriteStartObject("limits");
            List(json, "requests", result.GetValue(_requests));
            List(json, "tokens", result.GetValue(_tokens));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void List(Utf8JsonWriter json, string name, string[]? values)
    {
        if (values is not { Length: > 0 }) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static Option<string[]> Many(string name, string description) => new(name) { Description = description, DefaultValueFactory = _ => [] };
}
