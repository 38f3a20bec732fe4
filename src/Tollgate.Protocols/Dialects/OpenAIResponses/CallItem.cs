using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// A call in a stream. The arguments of a function go out as they come; the text of a tool that takes text is known when the JSON around it
/// is whole, and goes out in one piece.
/// </summary>
internal sealed class CallItem : OpenItem
{
    private readonly EventFrames _frames;
    private readonly AnswerItems _items;
    private readonly string _id;
    private readonly ToolCallPart _call;
    private readonly bool _takesText;
    private readonly StringBuilder _arguments = new();

    /// <summary>Announces it.</summary>
    public CallItem(EventFrames frames, AnswerItems items, in ChatEvent step, ChatRequest request)
    {
        (_frames, _items) = (frames, items);
        _call = new ToolCallPart(step.Id ?? "", step.Name ?? "", "");
        _takesText = TakesText(request, _call.Name);
        _id = items.IdOf(_takesText ? "ctc" : "fc");
        ItemWriter.WriteCall(frames.ItemAdded(items.Count), _id, "in_progress"u8, _call, _takesText);
        frames.End();
    }

    /// <summary>True when the client offered the tool as one that takes text.</summary>
    public static bool TakesText(ChatRequest request, string name)
    {
        foreach (var tool in request.Tools)
        {
            if (tool.TakesText && tool.Name == name) return true;
        }

        return false;
    }

    public void Append(string text)
    {
        _arguments.Append(text);
        if (!_takesText && text.Length > 0) WriteDelta(text);
    }

    public override void Close(bool isCut)
    {
        var arguments = _arguments.Length == 0 ? "{}" : _arguments.ToString();
        if (_takesText) arguments = TextInput.Unwrap(arguments);
        // Clients put the arguments together from what they were told, and nothing is no JSON.
        if (_takesText || _arguments.Length == 0) WriteDelta(arguments);
        var json = _frames.Begin(_takesText ? "response.custom_tool_call_input.done"u8 : "response.function_call_arguments.done"u8, _id, _items.Count);
        if (!_takesText) json.WriteText("name"u8, _call.Name);
        json.WriteText(_takesText ? "input"u8 : "arguments"u8, arguments);
        _frames.End();
        _frames.ItemDone(_items.Count, _items.AddCall(_call with { Arguments = arguments }, _takesText));
    }

    private void WriteDelta(string text)
    {
        _frames.Begin(_takesText ? "response.custom_tool_call_input.delta"u8 : "response.function_call_arguments.delta"u8, _id, _items.Count).WriteText("delta"u8, text);
        _frames.End();
    }
}
