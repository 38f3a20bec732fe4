using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Errors;

/// <summary>Errors in the dialect of the caller: whole bodies, and events of a stream that has begun.</summary>
/// <remarks>
/// OpenAI: <c>{"error":{"message","type","param","code"},"request_id"}</c>, the last of which is ours. Anthropic: <c>{"type":"error","error":{"type","message"},"request_id"}</c>.
/// Cohere: <c>{"message","id"}</c>. See the error pages of the three API references.
/// </remarks>
public static class ErrorBody
{
    private const int Error = 0, Type = 1, Message = 2;

    private static readonly JsonNames TopNames = new("error", "type", "message");
    private static readonly JsonNames ErrorNames = new("status", "type", "message");
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one of the gateway's own errors as a body of <c>application/json</c>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="family">Whose API the caller speaks.</param>
    /// <param name="kind">Which error.</param>
    /// <param name="message">What is wrong and how to mend it; must hold no secret.</param>
    /// <param name="param">The request's member that is wrong, or null; only OpenAI's shape has a place for it.</param>
    /// <param name="requestId">The gateway's id of the request.</param>
    public static void Write(
        IBufferWriter<byte> output, ApiFamily family, GatewayErrorKind kind, string message, string? param, string requestId) =>
        WriteBody(output, family, new(kind.OpenAIType, kind.AnthropicType, message, param, kind.Code, requestId));

    /// <summary>True when a provider's error body can go to the caller as it is, because the caller's SDK finds the message in it.</summary>
    /// <remarks>
    /// OpenAI: <c>error</c> is a string, or an object with a <c>message</c> (Azure leaves <c>type</c> out); but an object
    /// with a <c>status</c> and no <c>type</c> is Google's. Anthropic: <c>type</c> is <c>error</c> and <c>error</c> an object with a
    /// <c>message</c>. Cohere: <c>message</c> is a string.
    /// </remarks>
    public static bool IsInDialect(ApiFamily family, ReadOnlySpan<byte> body)
    {
        Span<JsonMember> members = stackalloc JsonMember[TopNames.Count];
        if (!JsonHead.TryRead(body, TopNames, members, out _)) return false;
        var error = members[Error].Value(body);
        return family switch
        {
            ApiFamily.Anthropic => members[Type].Value(body).SequenceEqual("\"error\""u8) && HasMessage(error, out _),
            ApiFamily.Cohere => IsText(members[Message].Value(body)),
            _ => IsText(error) || (HasMessage(error, out var google) && !google),
        };
    }

    /// <summary>
    /// Writes a provider's error that is not in the caller's dialect as one that is: the best message that its body has, and
    /// the type that goes with its status.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="family">Whose API the caller speaks.</param>
    /// <param name="status">The provider's status, which the answer keeps.</param>
    /// <param name="providerBody">What the provider answered: JSON, HTML, text or nothing.</param>
    /// <param name="contentType">Its content type, if it gave one.</param>
    /// <param name="requestId">The gateway's id of the request.</param>
    public static void WriteWrapped(
        IBufferWriter<byte> output, ApiFamily family, int status, ReadOnlySpan<byte> providerBody, string? contentType, string requestId)
    {
        var (message, code) = ProviderMessage.Read(providerBody, contentType, status);
        WriteBody(output, family, new(StatusWords.OpenAIType(status), StatusWords.AnthropicType(status), message, null, code, requestId));
    }

    /// <summary>Writes one of the gateway's own errors as the last event of a stream.</summary>
    /// <param name="output">Where to, behind a complete event.</param>
    /// <param name="operation">Tells which events the caller reads.</param>
    /// <param name="kind">Which error.</param>
    /// <param name="message">What is wrong; must hold no secret.</param>
    /// <param name="requestId">The gateway's id of the request.</param>
    /// <param name="sequenceNumber">
    /// For responses: one more than the last event's <c>sequence_number</c>; left out when it is not known.
    /// </param>
    public static void WriteEvent(
        IBufferWriter<byte> output, Operation operation, GatewayErrorKind kind, string message, string requestId, long? sequenceNumber = null)
    {
        var fields = new Fields(kind.OpenAIType, kind.AnthropicType, message, null, kind.Code, requestId);
        if (operation == Operations.Responses)
        {
            output.Write("event: error\ndata: "u8);
            WriteResponsesEvent(output, fields, sequenceNumber);
        }
        else
        {
            // Anthropic's SDKs drop events without a name; OpenAI's take the error from unnamed ones.
            output.Write(operation.Family == ApiFamily.Anthropic ? "event: error\ndata: "u8 : "data: "u8);
            WriteBody(output, operation.Family, fields);
        }

        output.Write("\n\n"u8);
    }

    private static void WriteBody(IBufferWriter<byte> output, ApiFamily family, in Fields fields)
    {
        using var json = new Utf8JsonWriter(output, Relaxed);
        json.WriteStartObject();
        switch (family)
        {
            case ApiFamily.Anthropic:
                json.WriteString("type"u8, "error"u8);
                json.WriteStartObject("error"u8);
                json.WriteString("type"u8, fields.AnthropicType);
                WriteText(json, "message"u8, fields.Message);
                json.WriteEndObject();
                WriteText(json, "request_id"u8, fields.RequestId);
                break;
            case ApiFamily.Cohere:
                WriteText(json, "message"u8, fields.Message);
                WriteText(json, "id"u8, fields.RequestId);
                break;
            default:
                json.WriteStartObject("error"u8);
                WriteText(json, "message"u8, fields.Message);
                json.WriteString("type"u8, fields.OpenAIType);
                WriteText(json, "param"u8, fields.Param);
                WriteText(json, "code"u8, fields.Code);
                json.WriteEndObject();
                WriteText(json, "request_id"u8, fields.RequestId); // beside the error, where no SDK looks and every log shows it
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteResponsesEvent(IBufferWriter<byte> output, in Fields fields, long? sequenceNumber)
    {
        using var json = new Utf8JsonWriter(output, Relaxed);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        WriteText(json, "code"u8, fields.Code);
        WriteText(json, "message"u8, fields.Message);
        WriteText(json, "param"u8, fields.Param);
        if (sequenceNumber is { } number) json.WriteNumber("sequence_number"u8, number);
        WriteText(json, "request_id"u8, fields.RequestId);
        json.WriteEndObject();
    }

    /// <summary>Writes text that may quote what a caller sent: half a surrogate pair must not make the writer throw.</summary>
    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null) json.WriteNull(name);
        else json.WriteString(name, Encoding.UTF8.GetBytes(text));
    }

    private static bool HasMessage(ReadOnlySpan<byte> error, out bool google)
    {
        Span<JsonMember> members = stackalloc JsonMember[ErrorNames.Count];
        var isObject = JsonHead.TryRead(error, ErrorNames, members, out _);
        google = members[0].Exists && !members[Type].Exists;
        return isObject && IsText(members[Message].Value(error));
    }

    private static bool IsText(ReadOnlySpan<byte> rawValue) => rawValue.StartsWith("\""u8);

    private readonly record struct Fields(
        string OpenAIType, string AnthropicType, string Message, string? Param, string? Code, string RequestId);
}
