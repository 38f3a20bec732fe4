using System.Diagnostics;
using Tollgate.Protocols.Chat;

namespace Tollgate.Telemetry.Tracing.Content;

/// <summary>The messages of one side of a conversation, numbered from 0.</summary>
internal sealed class OpenInferenceMessages(Activity span, string list, ContentBudget budget)
{
    private int _count;

    /// <summary>A lone text is the message's content; several parts are numbered contents.</summary>
    internal void Add(string role, IReadOnlyList<Part> parts)
    {
        if (!budget.TryBegin()) return;
        var message = $"{list}.{_count++}.message";
        span.SetTag(message + ".role", role);
        Part[] contents = [.. parts.Where(p => p is not ToolCallPart)];
        if (contents is [TextPart lone]) span.SetTag(message + ".content", budget.Take(lone.Text));
        else for (var i = 0; i < contents.Length && budget.TryBegin(); i++) Content($"{message}.contents.{i}.message_content", contents[i]);
        var calls = 0;
        foreach (var call in parts.OfType<ToolCallPart>()) Call($"{message}.tool_calls.{calls++}.tool_call", call);
    }

    internal void AddResult(ToolResultPart result)
    {
        if (!budget.TryBegin()) return;
        var message = $"{list}.{_count++}.message";
        span.SetTag(message + ".role", "tool");
        span.SetTag(message + ".tool_call_id", budget.Take(result.CallId));
        span.SetTag(message + ".content", budget.Take(string.Join('\n', result.Content.OfType<TextPart>().Select(t => t.Text))));
    }

    private void Call(string name, ToolCallPart call)
    {
        if (!budget.TryBegin()) return;
        span.SetTag(name + ".id", budget.Take(call.Id));
        span.SetTag(name + ".function.name", budget.Take(call.Name));
        span.SetTag(name + ".function.arguments", budget.Take(call.Arguments));
    }

    private void Content(string name, Part part)
    {
        var (type, text) = part switch
        {
            TextPart t => ("text", t.Text),
            RefusalPart r => ("text", r.Text),
            ReasoningPart r => ("reasoning", r.Text ?? ""),
            MediaPart { Kind: MediaKind.Audio } => ("audio", null),
            MediaPart { Kind: MediaKind.Video } => ("video", null),
            MediaPart => ("image", null),
            DocumentPart => ("file", null),
            _ => ("other", null),
        };
        span.SetTag(name + ".type", type);
        if (text is not null) span.SetTag(name + ".text", budget.Take(text));
        else if (part is MediaPart { Kind: MediaKind.Image } image) span.SetTag(name + ".image.image.url", Address(image.Source));
    }

    private string Address(MediaSource source) => source switch
    {
        InlineSource inline => budget.TakeMedia(inline.Data) is { } data ? $"data:{inline.MediaType};base64,{data}" : OpenInferenceContent.Hidden,
        UrlSource url => budget.Take(GenAIParts.WithoutQuery(url.Url)),
        FileSource file => budget.Take(file.FileId),
        _ => OpenInferenceContent.Hidden,
    };
}
