using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Reads the answer of Converse: <c>{"output":{"message"},"stopReason","usage","metrics"}</c>. It has no id and names no model.
/// </summary>
internal sealed class ResponseReader(ToolNames names, ICollection<ChatEvent> events)
{
    private readonly BlockSequence _blocks = new(events);

    public void Read(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var answer = document.RootElement;
        var finish = AnswerSteps.Finish(answer);
        var hasMessage = answer.TryMember("output"u8, JsonValueKind.Object, out var output)
            && output.TryMember("message"u8, JsonValueKind.Object, out _);
        // A guardrail may answer for the model and leave its message out.
        if (!hasMessage && finish.Finish != FinishReason.ContentFilter) throw new FormatException(Without(answer));

        events.Add(new ChatEvent(ChatEventKind.Start));
        if (hasMessage) ReadContent(output.GetProperty("message"u8));
        events.Add(finish);
        if (Usage.Read(answer) is { } usage) events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
        ExtraReader.ReadAnswer(answer, events);
        events.Add(new ChatEvent(ChatEventKind.End));
    }

    private void ReadContent(JsonElement message)
    {
        if (!message.TryMember("content"u8, JsonValueKind.Array, out var content)) return;
        var number = 0;
        foreach (var block in content.EnumerateArray())
        {
            ReadBlock(number, block);
            _blocks.Stop(number++);
        }
    }

    private void ReadBlock(int number, JsonElement block)
    {
        if (block.TextOf("text"u8) is { } text) _blocks.Add(number, AnswerSteps.Text(ChatEventKind.Text, text));
        else if (block.TryMember("toolUse"u8, JsonValueKind.Object, out var toolUse)) ReadToolUse(number, toolUse);
        else if (block.TryMember("reasoningContent"u8, JsonValueKind.Object, out var reasoning)) ReadReasoning(number, reasoning);
        else if (block.TryMember("citationsContent"u8, JsonValueKind.Object, out var citations)) ReadCitations(number, citations);
        else ExtraReader.ReadBlock(block, events);
    }

    private void ReadToolUse(int number, JsonElement toolUse)
    {
        _blocks.Add(number, AnswerSteps.ToolCall(toolUse, names));
        // The text as it stands: numbers and the order of members are not ours to change.
        if (toolUse.TryMember("input"u8, JsonValueKind.Object, out var input)) _blocks.Add(number, AnswerSteps.Text(ChatEventKind.Arguments, input.Raw().ToString()));
    }

    private void ReadReasoning(int number, JsonElement reasoning)
    {
        if (AnswerSteps.Redacted(reasoning) is { } redacted) _blocks.Add(number, redacted);
        if (!reasoning.TryMember("reasoningText"u8, JsonValueKind.Object, out var said)) return;
        var signature = AnswerSteps.Signature(said);
        // A signature without text is one event, as in a stream.
        var text = said.TextOf("text"u8) ?? "";
        if (text.Length > 0 || signature is null) _blocks.Add(number, AnswerSteps.Text(ChatEventKind.Reasoning, text));
        if (signature is { } token) _blocks.Add(number, token);
    }

    private void ReadCitations(int number, JsonElement cited)
    {
        if (cited.TryMember("content"u8, JsonValueKind.Array, out var pieces))
        {
            foreach (var piece in pieces.EnumerateArray())
            {
                if (piece.TextOf("text"u8) is { } text) _blocks.Add(number, AnswerSteps.Text(ChatEventKind.Text, text));
            }
        }

        if (!cited.TryMember("citations"u8, JsonValueKind.Array, out var citations)) return;
        foreach (var citation in citations.EnumerateArray())
        {
            if (Citations.Read(citation) is { } one) _blocks.Cite(number, one);
            else events.Add(new AnswerExtra(BedrockConverseUpstream.DialectName, "citation", citation.Raw()).OfChoice(0));
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, DeepJson.Document);
        }
        catch (JsonException e)
        {
            throw new FormatException($"Bedrock answered with something that is no JSON: {e.Message}", e);
        }
    }

    /// <summary>An unknown operation, for one, is answered with 200 and an <c>Output</c> that holds nothing but the type of an error.</summary>
    private static string Without(JsonElement answer)
    {
        const string Missing = "Bedrock's answer has no 'output.message'";
        if (answer.TryMember("Output"u8, JsonValueKind.Object, out var output)) answer = output;
        var said = answer.TextOf("message"u8) ?? answer.TextOf("__type"u8);
        return said is null ? Missing + '.' : $"{Missing}; it says: {said}";
    }
}
