using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Pipeline;
using Tollgate.Protocols.Chat;

namespace Tollgate.Telemetry.Tracing.Content;

/// <summary>Content as attributes that hold JSON (<see href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#capturing-instructions-inputs-and-outputs"/>).</summary>
internal static class GenAIContent
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void WriteInput(Activity span, GatewayRequest request, TracingOptions options)
    {
        if (CapturedChat.Request(request) is not { } chat) return;
        if (chat.System.Count > 0) span.SetTag("gen_ai.system_instructions", Array(options, (parts, budget) => GenAIParts.WriteAll(parts, chat.System, budget)));
        span.SetTag("gen_ai.input.messages", Array(options, (messages, budget) => WriteTurns(messages, chat.Turns, budget)));
        if (chat.Tools.Count > 0) span.SetTag("gen_ai.tool.definitions", Array(options, (tools, budget) => WriteTools(tools, chat.Tools, budget)));
    }

    internal static void WriteOutput(Activity span, GatewayRequest request, TracingOptions options)
    {
        if (CapturedChat.Answer(request) is not { Choices.Count: > 0 } answer) return;
        span.SetTag("gen_ai.output.messages", Array(options, (messages, budget) => WriteChoices(messages, answer, budget)));
    }

    private static void WriteTurns(Utf8JsonWriter json, IReadOnlyList<Turn> turns, ContentBudget budget)
    {
        foreach (var turn in turns)
        {
            if (!budget.TryBegin()) return;
            var isTool = turn.Parts.Count > 0 && turn.Parts.All(p => p is ToolResultPart);
            json.WriteStartObject();
            json.WriteString("role"u8, turn.Role == Role.Assistant ? "assistant"u8 : isTool ? "tool"u8 : "user"u8);
            json.WriteStartArray("parts"u8);
            GenAIParts.WriteAll(json, turn.Parts, budget);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteChoices(Utf8JsonWriter json, ChatResponse answer, ContentBudget budget)
    {
        foreach (var choice in answer.Choices)
        {
            if (!budget.TryBegin()) return;
            json.WriteStartObject();
            json.WriteString("role"u8, "assistant"u8);
            json.WriteStartArray("parts"u8);
            GenAIParts.WriteAll(json, choice.Parts, budget);
            json.WriteEndArray();
            json.WriteString("finish_reason"u8, Finish(choice));
            json.WriteEndObject();
        }
    }

    private static string Finish(ChatChoice choice) => choice.Finish switch
    {
        FinishReason.Stop or FinishReason.StopSequence => "stop",
        FinishReason.Length => "length",
        FinishReason.ToolCalls => "tool_call",
        FinishReason.ContentFilter => "content_filter",
        null => "error",
        _ => choice.NativeFinish ?? "error",
    };

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<Tool> tools, ContentBudget budget)
    {
        foreach (var tool in tools)
        {
            if (!budget.TryBegin()) return;
            json.WriteStartObject();
            json.WriteString("type"u8, tool.OpaqueDialect is null ? "function"u8 : "builtin"u8);
            json.WriteString("name"u8, budget.Take(tool.Name));
            if (tool.Description is { } description) json.WriteString("description"u8, budget.Take(description));
            if (!tool.Schema.IsEmpty) GenAIParts.WriteRaw(json, "parameters"u8, budget.Take(tool.Schema.ToString()));
            json.WriteEndObject();
        }
    }

    private static string Array(TracingOptions options, Action<Utf8JsonWriter, ContentBudget> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartArray();
            write(json, new ContentBudget(options));
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
