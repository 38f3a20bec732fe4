using System.Diagnostics;
using System.Text;
using Tollgate.Pipeline;
using Tollgate.Protocols.Chat;

namespace Tollgate.Telemetry.Tracing.Content;

/// <summary>Content as flat attributes with numbers in their names, and whole bodies as <c>input.value</c> and <c>output.value</c>.</summary>
internal static class OpenInferenceContent
{
    /// <summary>What stands for a value that is hidden.</summary>
    internal const string Hidden = "__REDACTED__";

    internal static void WriteInput(Activity span, GatewayRequest request, TracingOptions options)
    {
        if (!options.Inputs)
        {
            span.SetTag("input.value", Hidden);
            return;
        }

        if (CapturedChat.Request(request) is not { } chat)
        {
            Value(span, "input", request.Body.Span, options); // no conversation: the body is all there is to show
            return;
        }

        var messages = new OpenInferenceMessages(span, "llm.input_messages", new ContentBudget(options));
        if (chat.System.Count > 0) messages.Add("system", chat.System);
        foreach (var turn in chat.Turns) Write(messages, turn);
        Tools(span, chat.Tools, new ContentBudget(options));
    }

    internal static void WriteOutput(Activity span, GatewayRequest request, TracingOptions options)
    {
        if (!options.Outputs)
        {
            span.SetTag("output.value", Hidden);
            return;
        }

        if (CapturedChat.Answer(request) is not { } answer)
        {
            if (request.Captured is { } captured) Value(span, "output", captured.WrittenSpan, options);
            return;
        }

        var messages = new OpenInferenceMessages(span, "llm.output_messages", new ContentBudget(options));
        foreach (var choice in answer.Choices) messages.Add("assistant", choice.Parts);
    }

    /// <summary>Tool results are messages of their own here, whatever turn they came in.</summary>
    private static void Write(OpenInferenceMessages messages, Turn turn)
    {
        foreach (var result in turn.Parts.OfType<ToolResultPart>()) messages.AddResult(result);
        Part[] others = [.. turn.Parts.Where(p => p is not ToolResultPart)];
        if (others.Length > 0) messages.Add(turn.Role == Role.Assistant ? "assistant" : "user", others);
    }

    private static void Tools(Activity span, IReadOnlyList<Tool> tools, ContentBudget budget)
    {
        for (var i = 0; i < tools.Count && budget.TryBegin(); i++)
        {
            span.SetTag($"llm.tools.{i}.tool.name", budget.Take(tools[i].Name));
            if (tools[i].Description is { } description) span.SetTag($"llm.tools.{i}.tool.description", budget.Take(description));
            if (!tools[i].Schema.IsEmpty) span.SetTag($"llm.tools.{i}.tool.json_schema", budget.Take(tools[i].Schema.ToString()));
        }
    }

    private static void Value(Activity span, string side, ReadOnlySpan<byte> body, TracingOptions options)
    {
        if (body.IsEmpty) return;
        var isJson = body[0] is (byte)'{' or (byte)'[';
        var most = Math.Min(body.Length, options.MaxContent * 4L);
        span.SetTag(side + ".value", new ContentBudget(options).Take(Encoding.UTF8.GetString(body[..(int)most])));
        span.SetTag(side + ".mime_type", isJson ? "application/json" : "text/plain");
    }
}
