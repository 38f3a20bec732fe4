using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Errors inside an answer that had begun well.</summary>
internal static class Failures
{
    /// <summary>Of <c>{"type":"error","error":{"type","message"}}</c>, or of what AWS puts in an exception: <c>{"message"}</c>.</summary>
    public static ChatEvent Read(JsonElement body, string? exception)
    {
        var error = Wire.Member(body, "error");
        var type = Wire.Text(error, "type") ?? exception ?? "api_error";
        var message = Wire.Text(error, "message") ?? Wire.Text(body, "message") ?? Wire.Text(body, "Message") ?? Wire.Text(body, "error");
        return Event(type, message);
    }

    /// <summary>An error whose body nobody can read.</summary>
    public static ChatEvent Event(string type, string? message) => new(ChatEventKind.Error)
    {
        Name = type,
        Text = string.IsNullOrEmpty(message) ? "The provider failed in the middle of its answer: " + type + "." : message,
        Index = Status(type),
    };

    private static int Status(string type) => type.ToLowerInvariant() switch
    {
        "invalid_request_error" or "validationexception" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" or "accessdeniedexception" => 403,
        "not_found_error" or "resourcenotfoundexception" => 404,
        "request_too_large" => 413,
        "rate_limit_error" or "throttlingexception" => 429,
        "serviceunavailableexception" => 503,
        "timeout_error" or "modeltimeoutexception" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };
}
