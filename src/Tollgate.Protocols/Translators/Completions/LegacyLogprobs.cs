using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Translators.Completions;

/// <summary>Log probabilities as completions have them: four lists of the same length, where chat has a list of objects.</summary>
internal sealed class LegacyLogprobs
{
    private readonly List<(string Token, double Logprob, List<(string Token, double Logprob)> Top)> _tokens = [];

    /// <summary>Characters of all tokens together.</summary>
    public int Length => _tokens.Sum(t => t.Token.Length);

    /// <summary>Adds those of an array of chat's.</summary>
    public void Add(RawJson content)
    {
        using var document = JsonDocument.Parse(content.Utf8, DeepJson.Document);
        foreach (var token in document.RootElement.Items())
        {
            _tokens.Add((Text(token), Number(token), [.. token.Member("top_logprobs").Items().Select(top => (Text(top), Number(top)))]));
        }
    }

    /// <summary>Writes the member; null when there are none.</summary>
    /// <param name="json">Inside a choice.</param>
    /// <param name="offset">Characters of the choice's text before these tokens.</param>
    public void Write(Utf8JsonWriter json, int offset = 0)
    {
        if (_tokens.Count == 0)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("tokens"u8);
        foreach (var (token, _, _) in _tokens) json.WriteStringValue(token);
        json.WriteEndArray();
        json.WriteStartArray("token_logprobs"u8);
        foreach (var (_, logprob, _) in _tokens) json.WriteNumberValue(logprob);
        json.WriteEndArray();
        json.WriteStartArray("top_logprobs"u8);
        foreach (var (_, _, top) in _tokens) WriteTop(json, top);
        json.WriteEndArray();
        json.WriteStartArray("text_offset"u8);
        foreach (var (token, _, _) in _tokens)
        {
            json.WriteNumberValue(offset);
            offset += token.Length;
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>By token: two that are written alike (halves of a character) are one member, that of the likelier.</summary>
    private static void WriteTop(Utf8JsonWriter json, List<(string Token, double Logprob)> top)
    {
        json.WriteStartObject();
        foreach (var (token, logprob) in top.DistinctBy(t => t.Token, StringComparer.Ordinal)) json.WriteNumber(token, logprob);
        json.WriteEndObject();
    }

    private static string Text(JsonElement token) => WireText.WellFormed(token.Member("token").Text() ?? "");

    private static double Number(JsonElement token) => token.Member("logprob") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : 0;
}
