using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>
/// The object around the items of an answer. It repeats what was asked; every member that OpenAI's own answers have is there, null where
/// nothing was said, because typed clients rely on them.
/// </summary>
internal sealed class ResponseObject(AnswerContext context)
{
    private const string OwnPrefix = "resp_";

    /// <summary>Members in OpenAI's order, each with what it is when the request does not say.</summary>
    private static readonly (string Name, byte[] Default)[] Repeated =
    [
        ("instructions", Json("null")), ("max_output_tokens", Json("null")), ("max_tool_calls", Json("null")), ("metadata", Json("{}")),
        ("parallel_tool_calls", Json("true")), ("prompt_cache_key", Json("null")), ("reasoning", Json("""{"effort":null,"summary":null}""")),
        ("safety_identifier", Json("null")), ("temperature", Json("1.0")), ("text", Json("""{"format":{"type":"text"}}""")),
        ("tool_choice", Json("\"auto\"")), ("tools", Json("[]")), ("top_logprobs", Json("0")), ("top_p", Json("1.0")),
        ("truncation", Json("\"disabled\"")), ("user", Json("null")),
    ];

    private string _id = OwnPrefix + Bare(context.RequestId);
    private string _model = context.Model;
    private long _created = context.Now;

    /// <summary>What ids of items end with, before their number: unique to the response.</summary>
    public string Suffix { get; } = Bare(context.RequestId);

    /// <summary>OpenAI's word for how the request was served.</summary>
    public string Tier { get; set; } = "default";

    /// <summary>Takes what the provider said of the answer. Ids of other dialects would not be recognised as a response's.</summary>
    public void Take(string? id, string? model, long created)
    {
        if (id is not null && id.StartsWith(OwnPrefix, StringComparison.Ordinal)) _id = id;
        if (model is { Length: > 0 }) _model = model;
        if (created > 0) _created = created;
    }

    /// <summary>Writes the object as the value that is due.</summary>
    /// <param name="json">In a place for a value.</param>
    /// <param name="status"><c>in_progress</c>, <c>completed</c>, <c>incomplete</c> or <c>failed</c>.</param>
    /// <param name="incomplete">The reason, when incomplete.</param>
    /// <param name="error">Code and message, when failed.</param>
    /// <param name="items">The elements of <c>output</c>, joined by commas.</param>
    /// <param name="usage">What was used so far.</param>
    public void Write(
        Utf8JsonWriter json, ReadOnlySpan<byte> status, string? incomplete, (string Code, string Message)? error, ReadOnlySpan<byte> items, in TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteText("id"u8, _id);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, _created);
        json.WriteString("status"u8, status);
        json.WriteBoolean("background"u8, false);
        WriteError(json, error);
        WriteIncomplete(json, incomplete);
        json.WriteText("model"u8, _model);
        json.WritePropertyName("output"u8);
        json.WriteRawValue([.. "["u8, .. items, .. "]"u8], skipInputValidation: true);
        json.WriteNull("previous_response_id"u8);
        json.WriteNull("conversation"u8);
        foreach (var (name, otherwise) in Repeated) WriteRepeated(json, name, otherwise);
        json.WriteText("service_tier"u8, Tier);
        // Said whatever was asked: nobody has kept it.
        json.WriteBoolean("store"u8, false);
        ResponseUsage.Write(json, usage);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, (string Code, string Message)? error)
    {
        if (error is not { } failure)
        {
            json.WriteNull("error"u8);
            return;
        }

        json.WriteStartObject("error"u8);
        json.WriteText("code"u8, failure.Code);
        json.WriteText("message"u8, failure.Message);
        json.WriteEndObject();
    }

    private static void WriteIncomplete(Utf8JsonWriter json, string? reason)
    {
        if (reason is null)
        {
            json.WriteNull("incomplete_details"u8);
            return;
        }

        json.WriteStartObject("incomplete_details"u8);
        json.WriteText("reason"u8, reason);
        json.WriteEndObject();
    }

    private void WriteRepeated(Utf8JsonWriter json, string name, byte[] otherwise)
    {
        json.WritePropertyName(name);
        foreach (var (asked, value) in context.Request.Echo)
        {
            if (asked != name) continue;
            json.WriteRaw(name == "text" ? WithFormat(value) : value);
            return;
        }

        json.WriteRawValue(otherwise, skipInputValidation: true);
    }

    /// <summary>Typed clients look into <c>text.format</c> without asking whether it is there.</summary>
    private static RawJson WithFormat(RawJson text)
    {
        var members = new JsonMembers(text.Utf8.Span);
        var any = false;
        while (members.Next())
        {
            if (members.Name.SequenceEqual("format"u8)) return text;
            any = true;
        }

        var inside = text.Utf8.Span[1..];
        return new RawJson((byte[])[.. """{"format":{"type":"text"}"""u8, .. any ? ","u8 : default, .. inside]);
    }

    private static string Bare(string requestId) => requestId.StartsWith("req_", StringComparison.Ordinal) ? requestId["req_".Length..] : requestId;

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}
