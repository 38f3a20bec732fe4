using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// Writes the conversation as items, in its order: that of thoughts, texts and calls matters to reasoning models. Items have no ids, as
/// nothing is kept that they could name.
/// </summary>
internal sealed class InputWriter(Utf8JsonWriter json, ChatRequest request, ToolNames names, FidelityLog log)
{
    private readonly PartWriter _parts = new(json, log);

    public void Write()
    {
        var system = request.System.Where(p => p.Text.Length > 0).ToArray();
        foreach (var part in request.System) _parts.Announce(part);
        // The first instructions go where OpenAI has its own place for them; more of them are messages before all others.
        if (system.Length > 0) json.WriteText("instructions"u8, system[0].Text);
        json.WriteStartArray("input"u8);
        foreach (var more in system.Skip(1)) WriteMessage("developer"u8, [more], "input_text"u8);
        foreach (var turn in request.Turns)
        {
            if (turn.Role == Role.User) WriteUser(turn.Parts);
            else WriteAssistant(turn.Parts);
        }

        json.WriteEndArray();
    }

    private void WriteUser(IReadOnlyList<Part> parts)
    {
        var said = new List<Part>();
        foreach (var part in parts)
        {
            if (part is ToolResultPart result)
            {
                Flush(said);
                WriteResult(result);
                continue;
            }

            _parts.Announce(part);
            if (part is OpaquePart or ReasoningPart or ToolCallPart) _parts.AnnounceUnsaid(part);
            else said.Add(part);
        }

        Flush(said);
    }

    private void Flush(List<Part> said)
    {
        if (said.Count > 0) WriteMessage("user"u8, said, "input_text"u8);
        said.Clear();
    }

    private void WriteMessage(ReadOnlySpan<byte> role, IReadOnlyList<Part> parts, ReadOnlySpan<byte> textType)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteStartArray("content"u8);
        foreach (var part in parts) _parts.Write(part, textType);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteResult(ToolResultPart result)
    {
        _parts.Announce(result);
        if (result.IsError) log.Apply(Rules.ToolError, result.Pointer);
        foreach (var part in result.Content)
        {
            _parts.Announce(part);
            if (part is OpaquePart) _parts.AnnounceUnsaid(part);
        }

        var content = result.Content.Where(p => p is TextPart or RefusalPart or MediaPart or DocumentPart).ToArray();
        json.WriteStartObject();
        json.WriteString("type"u8, "function_call_output"u8);
        json.WriteText("call_id"u8, CallIds.ToProvider(result.CallId));
        if (content is [] or [TextPart])
        {
            json.WriteText("output"u8, content is [TextPart only] ? only.Text : "");
        }
        else
        {
            json.WriteStartArray("output"u8);
            foreach (var part in content) _parts.Write(part, "input_text"u8);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteAssistant(IReadOnlyList<Part> parts)
    {
        var said = new List<Part>();
        foreach (var part in parts)
        {
            _parts.Announce(part);
            switch (part)
            {
                case TextPart { Text.Length: > 0 } or RefusalPart { Text.Length: > 0 }:
                    said.Add(part);
                    break;
                case TextPart or RefusalPart:
                    break; // OpenAI refuses messages without text
                case MediaPart or DocumentPart:
                    log.Apply(Rules.AssistantMedia, part.Pointer);
                    break;
                default:
                    FlushSaid(said);
                    WriteItem(part);
                    break;
            }
        }

        FlushSaid(said);
    }

    private void FlushSaid(List<Part> said)
    {
        if (said.Count > 0) WriteMessage("assistant"u8, said, "output_text"u8);
        said.Clear();
    }

    private void WriteItem(Part part)
    {
        switch (part)
        {
            case ToolCallPart call:
                if (call.Token is not null) log.Apply(Rules.CallSignature, call.Pointer);
                json.WriteStartObject();
                json.WriteString("type"u8, "function_call"u8);
                json.WriteText("call_id"u8, CallIds.ToProvider(call.Id));
                json.WriteText("name"u8, names.ToProvider(call.Name));
                json.WriteText("arguments"u8, call.Arguments);
                json.WriteEndObject();
                break;
            case ReasoningPart { Token: { Minter: "openai", Kind: OpaqueTokenKind.Encrypted } token } reasoning:
                ItemWriter.WriteReasoning(json, null, reasoning.Text, token.Data);
                break;
            default:
                _parts.AnnounceUnsaid(part);
                break;
        }
    }
}
