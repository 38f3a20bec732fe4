using Tollgate.Protocols.Errors;

namespace Tollgate.Pipeline;

/// <summary>The gateway's own answer to a request that it will not pass on: a value, not an exception.</summary>
/// <param name="Kind">Status and types.</param>
/// <param name="Message">What is wrong and how to mend it. Never holds a secret.</param>
/// <param name="Param">The field at fault, in OpenAI's errors.</param>
internal sealed record Refusal(GatewayErrorKind Kind, string Message, string? Param = null)
{
    /// <summary>When the client may try again; null: nothing is said about it.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>True: trying the same again would be of no use, although the status is one that SDKs try again after.</summary>
    internal bool IsFinal { get; init; }
}
