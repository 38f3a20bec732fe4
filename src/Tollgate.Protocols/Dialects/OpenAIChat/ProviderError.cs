using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>An error where an answer, or more of it, should be.</summary>
internal static class ProviderError
{
    private const int DefaultStatus = 502;

    /// <summary>The error of a chunk; null when it is none.</summary>
    /// <param name="chunk">An object.</param>
    /// <param name="isError">True when the frame itself says that it is an error, whatever its data looks like.</param>
    public static ChatEvent? Read(JsonElement chunk, bool isError)
    {
        if (WireText.Member(chunk, "error"u8) is { } error)
        {
            return error.ValueKind switch
            {
                JsonValueKind.Object => Of(error),
                JsonValueKind.String when WireText.Of(error) is { Length: > 0 } message => Event(null, message, StatusOf(chunk)),
                _ => isError ? Of(chunk) : null,
            };
        }

        // Older vLLM: the error's members stand at the top.
        return isError || WireText.OrNull(chunk, "object"u8) == "error" ? Of(chunk) : null;
    }

    private static ChatEvent Of(JsonElement error)
    {
        var type = WireText.OrNull(error, "type"u8) ?? WireText.OrNull(error, "code"u8);
        var status = StatusOf(error) ?? StatusOf(WireText.OrNull(error, "code"u8)) ?? StatusOf(WireText.OrNull(error, "type"u8));
        return Event(type, WireText.OrNull(error, "message"u8), status);
    }

    private static ChatEvent Event(string? type, string? message, int? status) => new(ChatEventKind.Error)
    {
        Name = type is { Length: > 0 } ? type : "server_error",
        Text = message is { Length: > 0 } ? message : "The provider reported an error without a message.",
        Index = status ?? DefaultStatus,
    };

    /// <summary>Some servers write the status as the code, as number or as text.</summary>
    private static int? StatusOf(JsonElement error) => WireText.Member(error, "code"u8) switch
    {
        { ValueKind: JsonValueKind.Number } code when code.TryGetInt32(out var status) && status is >= 400 and <= 599 => status,
        { ValueKind: JsonValueKind.String } code when int.TryParse(WireText.Of(code), CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599 => status,
        _ => null,
    };

    private static int? StatusOf(string? word) => word switch
    {
        "invalid_request_error" or "context_length_exceeded" or "content_filter" or "BadRequestError" => 400,
        "authentication_error" or "invalid_api_key" => 401,
        "permission_error" => 403,
        "not_found_error" or "model_not_found" => 404,
        "rate_limit_exceeded" or "rate_limit_error" or "insufficient_quota" or "tokens" or "requests" => 429,
        "server_error" or "internal_error" or "api_error" or "InternalServerError" => 500,
        "overloaded_error" or "service_unavailable" => 503,
        "timeout_error" => 504,
        _ => null,
    };
}
