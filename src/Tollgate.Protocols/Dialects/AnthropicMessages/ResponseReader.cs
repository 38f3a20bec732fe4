using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Reads a whole message.</summary>
internal static class ResponseReader
{
    public static void Read(ReadOnlyMemory<byte> body, ChatRequest request, ICollection<ChatEvent> events)
    {
        using var document = Parse(body);
        var message = document.RootElement;
        if (Wire.Text(message, "type") == "error" || Wire.Member(message, "error").ValueKind == JsonValueKind.Object)
        {
            events.Add(Failures.Read(message, null));
            return;
        }

        if (Wire.Member(message, "content") is not { ValueKind: JsonValueKind.Array } content)
        {
            throw new FormatException("The provider's answer is not a message of the Anthropic Messages API: it has no list named content.");
        }

        events.Add(new ChatEvent(ChatEventKind.Start) { Id = Wire.Text(message, "id"), Name = Wire.Text(message, "model") });
        ExtraReader.Read(message, events);
        var blocks = new BlockReader(Wire.Names(request));
        foreach (var block in content.EnumerateArray()) blocks.Start(block, events);
        blocks.Stop(events);
        events.Add(End(message, blocks.SawCall));
        if (Wire.Member(message, "usage") is { ValueKind: JsonValueKind.Object } given)
        {
            var usage = default(TokenUsage);
            default(AnthropicUsage).Read(JsonMarshal.GetRawUtf8Value(given), ref usage);
            events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
        }

        events.Add(new ChatEvent(ChatEventKind.End));
    }

    /// <summary>Why an answer ended, of an object with <c>stop_reason</c>; an answer that is whole without one just ended.</summary>
    public static ChatEvent End(JsonElement holder, bool called)
    {
        var reason = Wire.Text(holder, "stop_reason");
        return new ChatEvent(ChatEventKind.Finish)
        {
            Finish = reason is not null ? Finish.Read(reason) : called ? FinishReason.ToolCalls : FinishReason.Stop,
            NativeFinish = reason,
            Text = Wire.Text(holder, "stop_sequence"),
        };
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, DeepJson.Document);
        }
        catch (JsonException e)
        {
            throw new FormatException("The provider's answer is not valid JSON: " + e.Message, e);
        }
    }
}
