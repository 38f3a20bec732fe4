using System.Globalization;
using Tollgate.Metering;
using Tollgate.Pipeline;

namespace Tollgate.Routing.Health;

/// <summary>What an attempt says about the backend that it was made at.</summary>
internal enum VerdictKind
{
    /// <summary>Nothing: the client left, or the gateway is at fault.</summary>
    Unknown,

    /// <summary>It works. An answer that refuses the request is an answer.</summary>
    Good,

    /// <summary>It failed.</summary>
    Fault,

    /// <summary>It has too much to do.</summary>
    Throttled,

    /// <summary>It does not take the key (401), or the account is empty (402).</summary>
    KeyRefused,

    /// <summary>The key may not do this (403): perhaps this one thing, perhaps anything.</summary>
    KeyForbidden,
}

/// <summary>The end of an attempt, as far as the health of its backend is concerned.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Error">Status or code of the failure; null when there is none.</param>
/// <param name="Rest">How long the provider asks to be left alone.</param>
/// <param name="Began">From the start of the attempt to the beginning of a good answer.</param>
/// <param name="Stream">The answer was a stream.</param>
internal readonly record struct Verdict(VerdictKind Kind, string? Error = null, TimeSpan? Rest = null, TimeSpan? Began = null, bool Stream = false)
{
    /// <summary>Reads it from what came of the attempt.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="record">What is known of the request.</param>
    /// <param name="start">When the attempt began, from the request's arrival.</param>
    /// <param name="rest">What the provider's answer says about coming back.</param>
    internal static Verdict Of(AttemptOutcome outcome, RequestRecord record, TimeSpan start, TimeSpan? rest)
    {
        if (outcome.Culprit is Culprit.Client or Culprit.Gateway) return default;
        var status = record.ProviderStatus;
        if (outcome.Failure is { } failure) return new Verdict(OfClass(outcome.Class, status, rest) ?? VerdictKind.Fault, failure.Code, rest);
        var kind = OfClass(outcome.Class, status, rest) ?? OfStatus(status, rest);
        if (record.CallersCredential && kind is (VerdictKind.Throttled or VerdictKind.KeyRefused or VerdictKind.KeyForbidden)) return default;
        if (kind != VerdictKind.Good) return new Verdict(kind, "status " + status.ToString(CultureInfo.InvariantCulture), rest);

        // An error inside a stream that began well, such as Anthropic's overloaded_error.
        if (record.ErrorCode == "provider_stream_error") return new Verdict(VerdictKind.Fault, record.ErrorCode);
        var began = status is >= 200 and < 300 ? (record.Stream ? record.TimeToFirstToken : record.ProviderHeaders) - start : null;
        return new Verdict(VerdictKind.Good, Began: began, Stream: record.Stream);
    }

    /// <summary>By what the failure says about another attempt; null when it says nothing.</summary>
    private static VerdictKind? OfClass(FailureClass failure, int status, TimeSpan? rest) => failure switch
    {
        FailureClass.Credential => status == 403 ? VerdictKind.KeyForbidden : VerdictKind.KeyRefused,
        FailureClass.Throttled => VerdictKind.Throttled,
        FailureClass.Transient when status is 503 or 529 && rest is not null => VerdictKind.Throttled,
        FailureClass.Transient or FailureClass.Silent => VerdictKind.Fault,
        _ => null,
    };

    private static VerdictKind OfStatus(int status, TimeSpan? rest) => status switch
    {
        429 => VerdictKind.Throttled,
        503 or 529 when rest is not null => VerdictKind.Throttled,
        401 or 402 => VerdictKind.KeyRefused,
        403 => VerdictKind.KeyForbidden,
        408 or >= 500 => VerdictKind.Fault,
        _ => VerdictKind.Good,
    };
}
