using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tollgate.Soak;

/// <summary>An answer of either dialect, checked word by word: <c>whole</c>, <c>error: …</c>, or <c>BROKEN: …</c>.</summary>
internal sealed class CountedAnswer(Question question)
{
    private readonly StringBuilder _text = new();
    private bool _finished;
    private bool _ended;
    private string? _error;

    internal static string Refused(int status, string body)
    {
        using var json = Parse(body);
        return json is not null && json.RootElement.TryGetProperty("error", out var error) && error.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 }
            ? $"error: status {status}"
            : $"BROKEN: status {status} without a message";
    }

    internal string Whole(string body)
    {
        using var json = Parse(body);
        if (json is null) return "BROKEN: an answer that is not JSON";
        var root = json.RootElement;
        if (root.TryGetProperty("choices", out var choices)) Text(choices[0].GetProperty("message"), "content");
        else if (root.TryGetProperty("content", out var content)) Text(content[0], "text");
        _finished = _ended = true;
        return Judge();
    }

    internal void Line(string line)
    {
        if (!line.StartsWith("data:", StringComparison.Ordinal)) return;
        var data = line[5..].Trim();
        if (data == "[DONE]")
        {
            _ended = true;
            return;
        }

        using var json = Parse(data);
        if (json is null) _error = "BROKEN: an event that is not JSON";
        else Event(json.RootElement);
    }

    internal string Judge()
    {
        if (_error?.StartsWith("BROKEN", StringComparison.Ordinal) == true) return _error;
        var words = _text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] != string.Create(CultureInfo.InvariantCulture, $"{question.Word}w{i + 1:000}")) return $"BROKEN: word {i + 1} of {question.Word} is {words[i]}";
        }

        if (_error is not null) return _error;
        return words.Length == question.Count && _finished && _ended ? "whole" : $"BROKEN: {words.Length} of {question.Count} words, end {_finished}/{_ended}, and no error";
    }

    private void Event(JsonElement one)
    {
        if (one.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        {
            _error ??= error.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 } ? "error: in the stream" : "BROKEN: an error without a message";
        }

        if (one.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0)
        {
            var choice = choices[0];
            if (choice.TryGetProperty("delta", out var delta)) Text(delta, "content");
            _finished |= choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String;
        }

        if (!one.TryGetProperty("type", out var type)) return;
        if (type.ValueEquals("content_block_delta")) Text(one.GetProperty("delta"), "text");
        _finished |= type.ValueEquals("message_delta");
        _ended |= type.ValueEquals("message_stop");
    }

    private void Text(JsonElement holder, string name)
    {
        if (holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) _text.Append(text.GetString());
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
