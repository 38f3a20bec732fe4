using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Wire;

/// <summary>How a provider writes its errors down.</summary>
internal enum ErrorShape { OpenAI, Azure, Anthropic, Google, Aws, Cohere }

/// <summary>Error bodies, each in its provider's own words.</summary>
internal static class ErrorBodies
{
    public static JsonObject Of(ErrorShape shape, Refusal refusal, string requestId) => shape switch
    {
        ErrorShape.Anthropic => Anthropic(refusal, requestId),
        ErrorShape.Google => Google(refusal),
        ErrorShape.Aws => new JsonObject { ["message"] = refusal.Message },
        ErrorShape.Cohere => new JsonObject { ["id"] = requestId, ["message"] = refusal.Message },
        ErrorShape.Azure when refusal.Status is 401 or 404 or 429 => new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = refusal.Code ?? Digits(refusal.Status), ["message"] = refusal.Message },
        },
        _ => new JsonObject { ["error"] = OpenAI(refusal) },
    };

    /// <summary>https://platform.openai.com/docs/guides/error-codes</summary>
    public static JsonObject OpenAI(Refusal refusal) => new()
    {
        ["message"] = refusal.Message,
        ["type"] = refusal.Status switch
        {
            429 => "requests",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        },
        ["param"] = refusal.Param,
        ["code"] = refusal.Code ?? refusal.Status switch
        {
            401 => "invalid_api_key",
            404 => "not_found",
            429 => "rate_limit_exceeded",
            _ => null,
        },
    };

    /// <summary>https://docs.anthropic.com/en/api/errors</summary>
    public static JsonObject Anthropic(Refusal refusal, string requestId) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = refusal.Status switch
            {
                401 => "authentication_error",
                402 => "billing_error",
                403 => "permission_error",
                404 => "not_found_error",
                413 => "request_too_large",
                429 => "rate_limit_error",
                504 => "timeout_error",
                529 => "overloaded_error",
                >= 500 => "api_error",
                _ => "invalid_request_error",
            },
            ["message"] = refusal.Message,
        },
        ["request_id"] = requestId,
    };

    /// <summary>https://cloud.google.com/apis/design/errors</summary>
    public static JsonObject Google(Refusal refusal) => new()
    {
        ["error"] = new JsonObject
        {
            ["code"] = refusal.Status,
            ["message"] = refusal.Message,
            ["status"] = refusal.Status switch
            {
                400 => "INVALID_ARGUMENT",
                401 => "UNAUTHENTICATED",
                403 => "PERMISSION_DENIED",
                404 => "NOT_FOUND",
                429 => "RESOURCE_EXHAUSTED",
                500 => "INTERNAL",
                503 or 529 => "UNAVAILABLE",
                504 => "DEADLINE_EXCEEDED",
                _ => "UNKNOWN",
            },
        },
    };

    /// <summary>Value of <c>x-amzn-errortype</c>: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html</summary>
    public static string AwsType(int status) => status switch
    {
        401 or 403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        503 or 529 => "ServiceUnavailableException",
        >= 500 => "InternalServerException",
        _ => "ValidationException",
    };

    private static string Digits(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
