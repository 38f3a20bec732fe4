using System.Text;
using System.Text.Json;

namespace Tollgate.Conformance.Tests.Replays;

/// <summary>
/// What the access log must say about a recording: worked out from the recorded body with a plain JSON reader, so that it is not
/// the code under test that judges itself.
/// </summary>
internal static class RecordedUsage
{
    public static IReadOnlyDictionary<string, double> Of(Recording recording)
    {
        var usage = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (recording.Status >= 400) return usage;
        foreach (var document in Documents(recording))
        {
            foreach (var holder in Holders(document))
            {
                if (holder.TryGetProperty("usage", out var found) && found.ValueKind == JsonValueKind.Object) Read(found, recording.IsAnthropic, usage);
            }

            if (recording.Url.AbsolutePath.Contains("/images/", StringComparison.Ordinal)) usage["images"] = document.GetProperty("data").GetArrayLength();
        }

        if (recording.IsAnthropic && usage.TryGetValue("input_tokens", out var fresh))
        {
            usage["input_tokens"] = fresh + usage.GetValueOrDefault("cached_input_tokens") + usage.GetValueOrDefault("cache_creation_tokens");
        }

        return usage;
    }

    public static SortedDictionary<string, double> Logged(JsonElement line)
    {
        var usage = new SortedDictionary<string, double>(StringComparer.Ordinal);
        // Where the provider told nothing, the log holds an estimate and says so.
        if (!line.TryGetProperty("usage", out var logged) || line.TryGetProperty("usage_estimated", out _)) return usage;
        foreach (var member in logged.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number)) usage[member.Name] = member.Value.GetDouble();
        return usage;
    }

    private static IEnumerable<JsonElement> Documents(Recording recording)
    {
        if (!recording.ResponseContentType.Contains("json", StringComparison.Ordinal) && !recording.IsStream) yield break;
        var text = Encoding.UTF8.GetString(recording.ResponseBody);
        if (!recording.IsStream)
        {
            yield return JsonDocument.Parse(text).RootElement;
            yield break;
        }

        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal)) yield return JsonDocument.Parse(line[6..]).RootElement;
        }
    }

    private static IEnumerable<JsonElement> Holders(JsonElement document)
    {
        yield return document;
        if (document.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object) yield return message;
        if (document.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object) yield return response;
    }

    private static void Read(JsonElement usage, bool anthropic, SortedDictionary<string, double> into)
    {
        Take(usage, into, "input_tokens", "prompt_tokens", "input_tokens");
        Take(usage, into, "output_tokens", "completion_tokens", "output_tokens");
        Take(usage, into, "audio_seconds", "seconds");
        if (anthropic)
        {
            Take(usage, into, "cached_input_tokens", "cache_read_input_tokens");
            Take(usage, into, "cache_creation_tokens", "cache_creation_input_tokens");
            Details(usage, into, ["cache_creation"], ("cache_creation_1h_tokens", "ephemeral_1h_input_tokens"));
            return;
        }

        Details(usage, into, ["prompt_tokens_details", "input_tokens_details", "input_token_details"], ("cached_input_tokens", "cached_tokens"), ("audio_input_tokens", "audio_tokens"), ("image_input_tokens", "image_tokens"));
        Details(usage, into, ["completion_tokens_details", "output_tokens_details"], ("reasoning_tokens", "reasoning_tokens"), ("audio_output_tokens", "audio_tokens"), ("image_output_tokens", "image_tokens"));
    }

    private static void Details(JsonElement usage, SortedDictionary<string, double> into, string[] names, params (string Logged, string Reported)[] members)
    {
        foreach (var name in names)
        {
            if (!usage.TryGetProperty(name, out var details) || details.ValueKind != JsonValueKind.Object) continue;
            foreach (var (logged, reported) in members) Take(details, into, logged, reported);
        }
    }

    private static void Take(JsonElement from, SortedDictionary<string, double> into, string logged, params string[] reported)
    {
        foreach (var name in reported)
        {
            if (from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number) into[logged] = value.GetDouble();
        }
    }
}
