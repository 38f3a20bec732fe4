using System.Text;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>About how many tokens a prompt has: its texts, what stands around messages and tools, and flat figures for what is not text.</summary>
public static class TokenEstimate
{
    // What the formats put around a message, before the answer, and around a tool: OpenAI's cookbook on counting tokens.
    private const int AroundMessage = 4;
    private const int BeforeAnswer = 3;
    private const int AroundTool = 8;

    // An image of a million pixels is 765 tokens for OpenAI's models, about 1,300 for Claude, 258 for Gemini; a page of PDF 1,500 to 3,000.
    private const int Medium = 800;
    private const int Document = 3000;

    /// <summary>At least 1.</summary>
    public static long Of(CountQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var chat = question.Chat;
        var tokens = chat.Turns.Sum(turn => turn.Parts.Sum(Of)) + chat.System.Sum(text => TextEstimate.Of(text.Text));
        if (!question.IsPlainText) tokens += BeforeAnswer + (AroundMessage * (chat.Turns.Count + (chat.System.Count > 0 ? 1 : 0)));
        tokens += chat.Tools.Sum(Of);
        return Math.Max(1, (long)Math.Ceiling(tokens));
    }

    private static double Of(Tool tool) =>
        AroundTool + TextEstimate.Of(tool.Name) + TextEstimate.Of(tool.Description ?? "") + TextEstimate.Of(tool.Schema.ToString()) + TextEstimate.Of(tool.Opaque.ToString());

    private static double Of(Part part) => part switch
    {
        TextPart text => TextEstimate.Of(text.Text),
        RefusalPart refusal => TextEstimate.Of(refusal.Text),
        ReasoningPart => 0, // providers leave earlier thoughts out of the prompt
        ToolCallPart call => AroundTool + TextEstimate.Of(call.Name) + TextEstimate.Of(call.Arguments),
        ToolResultPart result => AroundTool + result.Content.Sum(Of),
        MediaPart => Medium,
        DocumentPart { Source: TextSource text } => TextEstimate.Of(text.Text),
        DocumentPart => Document,
        OpaquePart opaque => TextEstimate.Of(Encoding.UTF8.GetString(opaque.Json.Utf8.Span)),
        _ => 0,
    };
}
