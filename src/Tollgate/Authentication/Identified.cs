using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Authentication;

/// <summary>What came of the question who calls: a caller, or the refusal.</summary>
internal readonly record struct Identified(Caller? Caller, Refusal? Refusal)
{
    private static readonly Refusal UnknownKey =
        new(GatewayErrorKinds.Unauthenticated, "the key is missing or unknown: send 'authorization: Bearer KEY' or 'x-api-key: KEY' with a key of this gateway");

    private static readonly Refusal Expired = new(GatewayErrorKinds.Unauthenticated, "the key has expired: ask for a new one");

    /// <summary>Nobody that is known. Says nothing of the key.</summary>
    internal static Identified Nobody { get; } = new(null, UnknownKey);

    /// <summary>Somebody whose time is over.</summary>
    internal static Identified Late { get; } = new(null, Expired);

    internal static Identified As(Caller caller) => new(caller, null);

    internal static Identified Refused(GatewayErrorKind kind, string message) => new(null, new Refusal(kind, message));

    /// <summary>It cannot be judged now; that is not the caller's fault, and must not look as if it were.</summary>
    internal static Identified Unjudged(string why) =>
        new(null, new Refusal(GatewayErrorKinds.AuthenticationUnavailable, why) { RetryAfter = TimeSpan.FromSeconds(1) });
}
