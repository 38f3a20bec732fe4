using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tollgate.Simulator.Drill;

/// <summary>Gathers a chat completion, whole or in chunks, and says whether it is all of it.</summary>
internal sealed class AnswerReader
{
    private readonly StringBuilder _text = new();
    private string? _finish;
    private string? _error;
    private string? _unreadable;
    private bool _done;

    /// <summary>A line of a stream of events.</summary>
    internal void Line(string line)
    {
        if (!line.StartsWith("data:", StringComparison.Ordinal)) return;
        var data = line[5..].Trim();
        if (data == "[DONE]") _done = true;
        else Read(data, "delta");
    }

    /// <summary>An answer in one piece.</summary>
    internal void Whole(string body)
    {
        Read(body, "message");
        _done = true;
    }

    internal (DrillVerdict Verdict, string Detail) Judge()
    {
        if (_unreadable is not null) return (DrillVerdict.Broken, _unreadable);
        var words = _text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] != string.Create(CultureInfo.InvariantCulture, $"w{i + 1:000}")) return (DrillVerdict.Broken, $"word {i + 1} is {words[i]}");
        }

        if (_error is not null) return (DrillVerdict.Error, words.Length > 0 ? $"{_error} (after {words.Length} words)" : _error);
        if (words.Length < DrillClient.Words) return (DrillVerdict.Broken, $"{words.Length} of {DrillClient.Words} words, and nothing says that the rest is missing");
        return (_finish, _done) switch
        {
            (null, _) => (DrillVerdict.Broken, "no reason why it ended"),
            (_, false) => (DrillVerdict.Broken, "no end mark"),
            _ => (DrillVerdict.Whole, ""),
        };
    }

    private void Read(string json, string part)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            {
                _error = error.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 } words ? words : null;
                if (_error is null) _unreadable = "an error without a message";
            }

            if (root.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0) Choice(choices[0], part);
        }
        catch (JsonException)
        {
            _unreadable = "something that is not JSON was passed on";
        }
    }

    private void Choice(JsonElement choice, string part)
    {
        if (choice.TryGetProperty(part, out var message) && message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String) _text.Append(content.GetString());
        if (choice.TryGetProperty("finish_reason", out var finish) && finish.ValueKind == JsonValueKind.String) _finish = finish.GetString();
    }
}
