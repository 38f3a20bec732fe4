namespace Tollgate.Protocols.Errors;

/// <summary>Every error that the gateway itself answers with.</summary>
/// <remarks>
/// Codes and types are OpenAI's own where OpenAI has the same error. Both official SDKs retry 429 and every status from 500 on,
/// so a status says as well whether trying again makes sense.
/// </remarks>
public static class GatewayErrorKinds
{
    /// <summary>The body is not JSON.</summary>
    public static readonly GatewayErrorKind MalformedJson = Refused("malformed_json");

    /// <summary>A top-level name comes twice.</summary>
    public static readonly GatewayErrorKind DuplicateKey = Refused("duplicate_key");

    /// <summary>The request breaks a rule that no other kind names.</summary>
    public static readonly GatewayErrorKind InvalidRequest = Refused("invalid_request");

    /// <summary>Neither the body nor a header names a model.</summary>
    public static readonly GatewayErrorKind MissingModel = Refused("missing_model");

    /// <summary>No provider of the model can do what was asked.</summary>
    public static readonly GatewayErrorKind Unsupported = Refused("operation_not_supported");

    /// <summary>There is no API key, or no client has it.</summary>
    public static readonly GatewayErrorKind Unauthenticated = new("invalid_api_key", 401, "invalid_request_error", "authentication_error");

    /// <summary>Whether the key or token is good cannot be told now: it is not the client's fault, and must not look like it.</summary>
    public static readonly GatewayErrorKind AuthenticationUnavailable = Failed("authentication_unavailable", 503);

    /// <summary>The client may not do this.</summary>
    public static readonly GatewayErrorKind Forbidden = new("forbidden", 403, "permission_error", "permission_error");

    /// <summary>No route has the model.</summary>
    public static readonly GatewayErrorKind ModelNotFound = NotHere("model_not_found", 404);

    /// <summary>No operation has the path.</summary>
    public static readonly GatewayErrorKind UnknownPath = NotHere("unknown_url", 404);

    /// <summary>The path is known, but what it names is not there.</summary>
    public static readonly GatewayErrorKind NotFound = NotHere("not_found", 404);

    /// <summary>The path exists for another method.</summary>
    public static readonly GatewayErrorKind MethodNotAllowed = Refused("method_not_allowed", 405);

    /// <summary>The body is larger than the configuration allows.</summary>
    public static readonly GatewayErrorKind RequestTooLarge = new("request_too_large", 413, "invalid_request_error", "request_too_large");

    /// <summary>The <c>Content-Type</c> or <c>Content-Encoding</c> is not one that the operation reads.</summary>
    public static readonly GatewayErrorKind UnsupportedMediaType = Refused("unsupported_media_type", 415);

    /// <summary>A limit is used up.</summary>
    public static readonly GatewayErrorKind RateLimited = new("rate_limit_exceeded", 429, "rate_limit_error", "rate_limit_error");

    /// <summary>A budget is spent: waiting a little does not help.</summary>
    public static readonly GatewayErrorKind BudgetExceeded = new("budget_exceeded", 429, "insufficient_quota", "rate_limit_error");

    /// <summary>Whether there is room under a limit cannot be told now, and nobody is let through unasked: no limit was reached.</summary>
    public static readonly GatewayErrorKind LimitsUnavailable = Failed("limits_unavailable", 503);

    /// <summary>A fault of the gateway.</summary>
    public static readonly GatewayErrorKind Internal = Failed("internal_error", 500);

    /// <summary>No connection to the provider came about.</summary>
    public static readonly GatewayErrorKind ProviderUnreachable = Failed("provider_unreachable", 502);

    /// <summary>The provider's answer breaks its own format.</summary>
    public static readonly GatewayErrorKind ProviderInvalidResponse = Failed("provider_invalid_response", 502);

    /// <summary>The gateway has no credential for the provider, or cannot get one.</summary>
    public static readonly GatewayErrorKind ProviderCredentials = Failed("provider_credentials", 502);

    /// <summary>Every provider that could be asked refuses the gateway's credential, or says that its account is used up.</summary>
    public static readonly GatewayErrorKind CredentialsExhausted = Failed("upstream_credentials_exhausted", 502);

    /// <summary>The provider's stream ended before its answer did.</summary>
    public static readonly GatewayErrorKind StreamInterrupted = Failed("stream_interrupted", 502);

    /// <summary>Every provider of the model is out.</summary>
    public static readonly GatewayErrorKind NoProvider = Failed("no_provider", 503);

    /// <summary>The ledger takes no further request, and none goes unaccounted for.</summary>
    public static readonly GatewayErrorKind LedgerFull = Failed("ledger_unavailable", 503);

    /// <summary>The gateway ends and could not wait for the answer.</summary>
    public static readonly GatewayErrorKind ShuttingDown = Failed("shutting_down", 503);

    /// <summary>The provider did not answer, or did not go on, in time.</summary>
    public static readonly GatewayErrorKind ProviderTimeout = new("provider_timeout", 504, "server_error", "timeout_error");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GatewayErrorKind> All { get; } =
    [
        MalformedJson, DuplicateKey, InvalidRequest, MissingModel, Unsupported, Unauthenticated, Forbidden, ModelNotFound, UnknownPath,
        NotFound, MethodNotAllowed, RequestTooLarge, UnsupportedMediaType, RateLimited, BudgetExceeded, Internal, ProviderUnreachable,
        ProviderInvalidResponse, ProviderCredentials, CredentialsExhausted, StreamInterrupted, NoProvider, AuthenticationUnavailable, LimitsUnavailable, LedgerFull, ShuttingDown, ProviderTimeout,
    ];

    private static GatewayErrorKind Refused(string code, int status = 400) => new(code, status, "invalid_request_error", "invalid_request_error");

    private static GatewayErrorKind NotHere(string code, int status) => new(code, status, "invalid_request_error", "not_found_error");

    private static GatewayErrorKind Failed(string code, int status) => new(code, status, "server_error", "api_error");
}
