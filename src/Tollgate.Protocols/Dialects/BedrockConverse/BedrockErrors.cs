using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Errors that Bedrock tells by name: in a stream, where the status 200 has long been sent, and in the header
/// <c>x-amzn-ErrorType</c> and the member <c>__type</c> of an answer.
/// </summary>
public static class BedrockErrors
{
    /// <summary>The error event of a message of type <c>exception</c> or <c>error</c>.</summary>
    /// <param name="name">Its <c>:exception-type</c> or <c>:error-code</c>.</param>
    /// <param name="data">Payload of an exception, <c>{"message"}</c>; for an error, which has none, the text of its <c>:error-message</c>.</param>
    public static ChatEvent Read(string name, ReadOnlySpan<byte> data)
    {
        var (message, originalStatus) = ReadPayload(data);
        var type = NameOf(name);
        return new ChatEvent(ChatEventKind.Error)
        {
            Name = type,
            Text = string.IsNullOrWhiteSpace(message) ? $"Bedrock ended the stream with {type} and gave no reason." : message,
            Index = originalStatus is >= 400 and <= 599 ? originalStatus : StatusOf(type),
        };
    }

    /// <summary>
    /// The bare name of an error, from forms such as <c>ValidationException:http://internal.amazon.com/coral/</c> and
    /// <c>com.amazon.coral.service#ValidationException</c>.
    /// </summary>
    public static string NameOf(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var name = type[(type.IndexOf('#', StringComparison.Ordinal) + 1)..];
        var end = name.IndexOf(':', StringComparison.Ordinal);
        name = (end < 0 ? name : name[..end]).Trim();
        return name.Length == 0 ? "internalServerException" : name;
    }

    /// <summary>The HTTP status that Bedrock would have answered with, had the stream not begun; 500 for names that are not known.</summary>
    /// <param name="name">Bare name; its case does not matter, as streams begin it small and headers do not.</param>
    public static int StatusOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToUpperInvariant() switch
        {
            "VALIDATIONEXCEPTION" => 400,
            "ACCESSDENIEDEXCEPTION" => 403,
            "RESOURCENOTFOUNDEXCEPTION" => 404,
            "MODELTIMEOUTEXCEPTION" => 408,
            "THROTTLINGEXCEPTION" or "MODELNOTREADYEXCEPTION" or "SERVICEQUOTAEXCEEDEDEXCEPTION" => 429,
            "SERVICEUNAVAILABLEEXCEPTION" => 503,
            _ => 500,
        };
    }

    private static (string? Message, int OriginalStatus) ReadPayload(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, DeepJson.Reader);
            using var document = JsonDocument.ParseValue(ref reader);
            var payload = document.RootElement;
            if (payload.ValueKind != JsonValueKind.Object) return (Encoding.UTF8.GetString(data), 0);
            var message = payload.TextOf("message"u8) ?? payload.TextOf("Message"u8) ?? payload.TextOf("originalMessage"u8);
            var hasStatus = payload.TryMember("originalStatusCode"u8, JsonValueKind.Number, out var status);
            return (message, hasStatus && status.TryGetInt32(out var code) ? code : 0);
        }
        catch (JsonException)
        {
            return (Encoding.UTF8.GetString(data), 0);
        }
    }
}
