using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Google's error object, <c>{code, message, status}</c>.</summary>
internal static class ProviderError
{
    /// <summary>The event that it becomes.</summary>
    public static ChatEvent From(JsonElement error)
    {
        var status = error.Text("status"u8);
        return new ChatEvent(ChatEventKind.Error)
        {
            Name = status ?? "UNKNOWN",
            Text = error.Text("message"u8) ?? "The provider gave no message.",
            Index = error.Integer("code"u8) is { } code and >= 400 and < 600 ? (int)code : Status(status),
        };
    }

    private static int Status(string? status) => status switch
    {
        "INVALID_ARGUMENT" or "FAILED_PRECONDITION" or "OUT_OF_RANGE" => 400,
        "UNAUTHENTICATED" => 401,
        "PERMISSION_DENIED" => 403,
        "NOT_FOUND" => 404,
        "ABORTED" or "ALREADY_EXISTS" => 409,
        "RESOURCE_EXHAUSTED" => 429,
        "UNAVAILABLE" => 503,
        "DEADLINE_EXCEEDED" => 504,
        _ => 500,
    };
}
