using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Writes <c>contents</c>: neighbouring turns of a role become one, and what would be empty is left out. Gemini matches results to calls by
/// their order (ids are not taken everywhere), so results are put into the order of the calls, before the rest of the turn.
/// </summary>
internal sealed class ContentsWriter(ChatRequest request, GeminiModel model, ToolNames names, FidelityLog log)
{
    /// <summary>"skip_thought_signature_validator" in base64: Google's documentation of thought signatures.</summary>
    private const string SkipValidator = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

    private MediaWriter? _media;
    private List<string>? _calls;
    private bool _isOpen;
    private int _count;

    /// <summary>Writes the elements of the array.</summary>
    /// <returns>How many.</returns>
    public int Write(Utf8JsonWriter json)
    {
        var runs = Runs();
        var current = runs.FindLastIndex(static run => run.Role == Role.User && run.Parts.Exists(static p => p is not ToolResultPart));
        for (var i = 0; i < runs.Count; i++)
        {
            _isOpen = false;
            if (runs[i].Role == Role.User) WriteUser(json, runs[i].Parts);
            else WriteModel(json, runs[i].Parts, isCurrent: i > current);
            if (_isOpen)
            {
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else if (runs[i].Parts.TrueForAll(static p => p is TextPart))
            {
                log.Apply(Fidelity.EmptyTurn, runs[i].Parts.Count > 0 ? runs[i].Parts[0].Pointer : "");
            }
        }

        return _count;
    }

    private List<(Role Role, List<Part> Parts)> Runs()
    {
        var runs = new List<(Role Role, List<Part> Parts)>(request.Turns.Count);
        for (var i = 0; i < request.Turns.Count; i++)
        {
            var turn = request.Turns[i];
            if (runs.Count == 0 || runs[^1].Role != turn.Role) runs.Add((turn.Role, new List<Part>(turn.Parts.Count)));
            runs[^1].Parts.AddRange(turn.Parts);
        }

        return runs;
    }

    private void WriteUser(Utf8JsonWriter json, List<Part> parts)
    {
        if (parts.Exists(static p => p is ToolResultPart)) WriteResults(json, parts);
        foreach (var part in parts)
        {
            if (part is not ToolResultPart) WriteCommon(json, Role.User, part, signature: null);
        }
    }

    private void WriteResults(Utf8JsonWriter json, List<Part> parts)
    {
        var results = parts.OfType<ToolResultPart>().OrderBy(r => (uint)(_calls?.IndexOf(r.CallId) ?? -1)).ToArray();
        foreach (var result in results) WriteResult(json, result);
        foreach (var medium in results.SelectMany(r => r.Content).Where(p => p is not TextPart))
        {
            log.Apply(Fidelity.ResultMedia, medium.Pointer);
            WriteCommon(json, Role.User, medium, signature: null);
        }
    }

    private void WriteModel(Utf8JsonWriter json, List<Part> parts, bool isCurrent)
    {
        _calls = [.. parts.OfType<ToolCallPart>().Select(c => c.Id)];
        var signatures = Signatures.Place(parts, log);
        var firstCall = parts.FindIndex(p => p is ToolCallPart);
        for (var i = 0; i < parts.Count; i++)
        {
            var signature = signatures[i];
            if (i == firstCall && isCurrent && model.Is3 && signature is null)
            {
                log.Apply(Fidelity.MissingSignature, parts[i].Pointer);
                signature = SkipValidator;
            }

            WriteCommon(json, Role.Assistant, parts[i], signature);
        }
    }

    private void WriteCommon(Utf8JsonWriter json, Role role, Part part, string? signature)
    {
        if (part.Cache is not null) log.Apply(Fidelity.Cache, part.Pointer);
        switch (part)
        {
            case TextPart text:
                if (!text.Annotations.IsEmpty) log.Apply(Fidelity.Annotations, part.Pointer);
                WriteText(json, role, text.Text, signature);
                break;
            case RefusalPart refusal:
                log.Apply(Fidelity.Refusal, part.Pointer);
                WriteText(json, role, refusal.Text, signature);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(json, reasoning, signature);
                break;
            case ToolCallPart call:
                WriteCall(json, call, signature);
                break;
            case MediaPart or DocumentPart:
                _media ??= new(model, log);
                if (!_media.CanSay(part)) return;
                Open(json, role);
                _media.Write(json, part);
                json.WriteEndObject();
                break;
            default:
                log.Apply(Fidelity.OpaquePart, part.Pointer);
                break;
        }
    }

    /// <summary>Gemini refuses parts without text; nothing is lost with them.</summary>
    private void WriteText(Utf8JsonWriter json, Role role, string text, string? signature)
    {
        if (text.Length == 0 && signature is null) return;
        Open(json, role);
        json.WriteString("text"u8, text);
        Close(json, signature);
    }

    /// <summary>Signed thoughts go back on their part; a signature that belongs to no other part goes back on an empty one, as it came.</summary>
    private void WriteReasoning(Utf8JsonWriter json, ReasoningPart reasoning, string? signature)
    {
        var isOwnThought = !string.IsNullOrEmpty(reasoning.Text) && Signatures.IsOwn(reasoning.Token);
        if (signature is null && !isOwnThought) return;
        Open(json, Role.Assistant);
        json.WriteString("text"u8, reasoning.Text ?? "");
        if (isOwnThought) json.WriteBoolean("thought"u8, value: true);
        Close(json, signature);
    }

    private void WriteCall(Utf8JsonWriter json, ToolCallPart call, string? signature)
    {
        Open(json, Role.Assistant);
        json.WriteStartObject("functionCall"u8);
        json.WriteString("name"u8, names.ToProvider(call.Name));
        json.WritePropertyName("args"u8);
        if (IsObject(call.Arguments))
        {
            json.WriteRawValue(call.Arguments, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            if (!string.IsNullOrWhiteSpace(call.Arguments))
            {
                log.Apply(Fidelity.Arguments, call.Pointer);
                json.WriteString("arguments"u8, call.Arguments);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        Close(json, signature);
    }

    private static bool IsObject(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments, DeepJson.Document);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>One text is a string, several are an array, so that none is merged with another.</summary>
    private void WriteResult(Utf8JsonWriter json, ToolResultPart result)
    {
        if (result.Cache is not null) log.Apply(Fidelity.Cache, result.Pointer);
        if (result.Name is null)
        {
            log.Apply(Fidelity.UnknownCall, result.Pointer);
            return;
        }

        var texts = result.Content.OfType<TextPart>().ToArray();
        Open(json, Role.User);
        json.WriteStartObject("functionResponse"u8);
        json.WriteString("name"u8, names.ToProvider(result.Name));
        json.WriteStartObject("response"u8);
        json.WritePropertyName(result.IsError ? "error"u8 : "output"u8);
        if (texts.Length > 1) json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text.Text);
        if (texts.Length > 1) json.WriteEndArray();
        if (texts.Length == 0) json.WriteStringValue(""u8);
        json.WriteEndObject();
        json.WriteEndObject();
        Close(json, signature: null);
    }

    /// <summary>Begins a part, and the turn when it is its first.</summary>
    private void Open(Utf8JsonWriter json, Role role)
    {
        if (!_isOpen)
        {
            _isOpen = true;
            _count++;
            json.WriteStartObject();
            json.WriteString("role"u8, role == Role.User ? "user"u8 : "model"u8);
            json.WriteStartArray("parts"u8);
        }

        json.WriteStartObject();
    }

    private static void Close(Utf8JsonWriter json, string? signature)
    {
        if (signature is not null) json.WriteString("thoughtSignature"u8, signature);
        json.WriteEndObject();
    }
}
