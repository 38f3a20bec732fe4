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
        var message = new MessageMembers(document.RootElement);
        if (message.Error.ValueKind == JsonValueKind.Object || (message.Type.ValueKind == JsonValueKind.String && Wire.Text(message.Type) == "error"))
        {
            events.Add(Failures.Read(document.RootElement, null));
            return;
        }

        if (message.Content.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("The provider's answer is not a message of the Anthropic Messages API: it has no list named content.");
        }

        events.Add(new ChatEvent(ChatEventKind.Start) { Id = Wire.TextOrNull(message.Id), Name = Wire.TextOrNull(message.Model) });
        if (message.HasOthers || message.Error.ValueKind != JsonValueKind.Undefined) ExtraReader.ReadMembers(document.RootElement, events);
        ExtraReader.ReadTier(message.Usage, events);
        var blocks = new BlockReader(Wire.Names(request));
        foreach (var block in message.Content.EnumerateArray()) blocks.Start(block, events);
        blocks.Stop(events);
        events.Add(End(message.StopReason, message.StopSequence, blocks.SawCall));
        if (message.Usage is { ValueKind: JsonValueKind.Object } given)
        {
            var usage = default(TokenUsage);
            default(AnthropicUsage).Read(JsonMarshal.GetRawUtf8Value(given), ref usage);
            events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
        }

        events.Add(new ChatEvent(ChatEventKind.End));
    }

    /// <summary>Why an answer ended, of an object with <c>stop_reason</c>; an answer that is whole without one just ended.</summary>
    public static ChatEvent End(JsonElement holder, bool called) => End(Wire.Member(holder, "stop_reason"), Wire.Member(holder, "stop_sequence"), called);

    private static ChatEvent End(JsonElement stopReason, JsonElement stopSequence, bool called)
    {
        var reason = Wire.TextOrNull(stopReason);
        return new ChatEvent(ChatEventKind.Finish)
        {
            Finish = reason is not null ? Finish.Read(reason) : called ? FinishReason.ToolCalls : FinishReason.Stop,
            NativeFinish = reason,
            Text = Wire.TextOrNull(stopSequence),
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
