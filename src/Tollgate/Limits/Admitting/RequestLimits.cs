using Tollgate.Limits.Rules;
using Tollgate.Pipeline;

namespace Tollgate.Limits.Admitting;

/// <summary>All that limits know of one request. Made for the first request that is limited, and pooled with its <see cref="GatewayRequest"/>.</summary>
internal sealed class RequestLimits
{
    /// <summary>What the request holds until it ends.</summary>
    internal HoldPair Whole { get; } = new();

    /// <summary>What the call that is under way holds of quotas.</summary>
    internal HoldPair Call { get; } = new();

    /// <summary>What the request may use at most.</summary>
    internal Estimate Estimate { get; set; }

    /// <summary>True once it was admitted: it has taken what it may of the limits.</summary>
    internal bool IsAdmitted { get; set; }

    /// <summary>Calls that had been made when the quota of the one under way was taken.</summary>
    internal int CallsBefore { get; set; }

    /// <summary>What the client is told of requests and of tokens.</summary>
    internal LimitNotice Requests { get; set; }

    internal LimitNotice Tokens { get; set; }

    internal LimitNotice InputTokens { get; set; }

    internal LimitNotice OutputTokens { get; set; }

    /// <summary>For a second call beside the one of another request: what it may use, and what its client is told, are the same.</summary>
    internal void Join(RequestLimits other)
    {
        (Estimate, IsAdmitted) = (other.Estimate, other.IsAdmitted);
        (Requests, Tokens, InputTokens, OutputTokens) = (other.Requests, other.Tokens, other.InputTokens, other.OutputTokens);
    }

    internal bool IsOpen => Whole.IsOpen || Call.IsOpen;

    internal void Reset()
    {
        Whole.Clear();
        Call.Clear();
        Estimate = default;
        IsAdmitted = false;
        CallsBefore = 0;
        Requests = Tokens = InputTokens = OutputTokens = default;
    }
}

/// <summary>How much room is left under a limit, as clients are told.</summary>
/// <param name="Rule">The tightest of its kind; null when there is none.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="Until">When it is as if nothing had been used, or, refused, when there is room again.</param>
internal readonly record struct LimitNotice(LimitRule? Rule, long Remaining, DateTimeOffset Until);
